#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a guest of the lab, in a directory with pintrail-record: how it starts, ends and fails. Exit 0 when all holds.
failed=0
check() { # NAME EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then
    echo "ok   $1"
  else
    echo "FAIL $1: expected '$2', got '$3'"
    failed=1
  fi
}
# Kprobes and trampolines that are in place, whoever they belong to.
attached() {
  cat /sys/kernel/debug/kprobes/list /sys/kernel/tracing/enabled_functions 2>/dev/null | wc -l
}
cp pintrail-record /tmp/
work=$PWD
cd /tmp || exit 125
before=$(attached)

./pintrail-record --scope some 2>err
check "wrong usage is exit 2" 2 $?
check "and one line" 1 "$(wc -l <err)"
./pintrail-record --backend ftrace 2>err
check "no ftrace backend yet: exit 2" 2 $?
./pintrail-record -o /proc/none/x.ptl 2>err
check "an output that cannot be written is exit 2" 2 $?
check "and one line" 1 "$(wc -l <err)"

./pintrail-record -o code.ptl -- sh -c 'echo mark-of-command >/sys/kernel/tracing/trace_marker; exit 7' 2>err
check "the command's exit code" 7 $?
check "ready is said" 1 "$(grep -c '^pintrail-record: ready$' err)"
check "the mark is in the trace" 1 "$(grep -c mark-of-command code.ptl)"
check "nothing stays attached" "$before" "$(attached)"
./pintrail-record -o none.ptl -- /no/such/command 2>err
check "a command that is not there is exit 127" 127 $?

./pintrail-record -o - --duration 1 2>err >piped.ptl
check "to a pipe or redirection" 0 $?
(./pintrail-record -o - --duration 60 2>err; echo $? >code) | head -c 16 >/dev/null
check "the reader of the pipe leaves: exit 2 before the start, 1 after" 1 "$(grep -c '[12]' code)"
mkdir small && mount -t tmpfs -o size=8k none small
./pintrail-record -o small/full.ptl -- sh -c 'i=0; while [ $i -lt 2000 ]; do echo "a long mark to fill the disk $i" >/sys/kernel/tracing/trace_marker; i=$((i+1)); done; sleep 2' 2>err
check "disk full while recording is exit 1" 1 $?
cp small/full.ptl full.ptl

./pintrail-record -o killed.ptl --duration 60 2>err &
recorder=$!
while ! grep -q ready err; do sleep 0.2; done
sleep 2
kill -KILL $recorder
wait $recorder 2>/dev/null
sleep 1
check "nothing stays attached after SIGKILL" "$before" "$(attached)"

./pintrail-record -o signals.ptl 2>err &
recorder=$!
while ! grep -q ready err; do sleep 0.2; done
kill -USR1 $recorder
sleep 1
kill -TERM $recorder
wait $recorder
check "SIGTERM ends it in order" 0 $?

cp code.ptl piped.ptl full.ptl killed.ptl signals.ptl "$work"
exit $failed
