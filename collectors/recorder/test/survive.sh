#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a guest of the lab, in a directory with bin/ (pintrail-record, walk, heirs): a buffer too small, a recorder that is
# killed, a process number that is given again. What the traces say is judged by test/survive on the host.
mkdir -p /tmp/bin /tmp/out
cp bin/* /tmp/bin/
cd /tmp || exit 125
recorder=/tmp/bin/pintrail-record

LAB_OUT=out/heirs $recorder -o out/heirs.ptl -- bin/heirs >out/heirs.txt 2>&1 || echo "FAIL heirs"
LAB_OUT=out/lost $recorder -o out/lost.ptl --buffer 32K -- bin/walk 1-2 6 >out/lost.txt 2>&1 || echo "FAIL walk with a small buffer"

LAB_OUT=out/killed $recorder -o out/killed.ptl -- bin/walk 3 100 >out/killed.txt 2>&1 &
running=$!
rows() { cat out/killed.truth.csv 2>/dev/null | wc -l; }
while [ "$(rows)" -lt 8000 ]; do
  kill -0 $running || break
  sleep 0.5
done
sleep 2
kill -KILL $running
sleep 1
cp out/* /share/out/
