#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a guest of the lab, in a directory with bin/ (pintrail-record, walk, heirs, tables): a buffer too small, a recorder
# that is killed, a process number that is given again, page table pages that several processes have. What the traces say
# is judged by test/survive on the host.
mkdir -p /tmp/bin /tmp/out
cp bin/* /tmp/bin/
cd /tmp || exit 125
recorder=/tmp/bin/pintrail-record

failed=0
recorded() { # NAME RECORDER-OPTION... -- COMMAND...
  local name=$1 code=0 begin
  shift
  begin=$(cut -d. -f1 /proc/uptime)
  LAB_OUT=out/$name $recorder -o "out/$name.ptl" "$@" >"out/$name.txt" 2>&1 || code=$?
  echo "$name took $(($(cut -d. -f1 /proc/uptime) - begin)) s"
  [ $code = 0 ] && return
  echo "FAIL $name: exit code $code, after"
  tail -n 30 "out/$name.txt"
  failed=1
}
recorded heirs -- bin/heirs
recorded tables -- bin/tables
recorded lost --buffer 32K -- bin/walk 1-2 6
recorded lost-ftrace --backend ftrace --buffer 256K -- bin/walk 1-2 6

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
exit $failed
