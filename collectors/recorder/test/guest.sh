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
./pintrail-record --backend lttng 2>err
check "a backend that does not exist is exit 2" 2 $?
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

: >err
./pintrail-record -o killed.ptl --duration 60 2>err &
recorder=$!
while ! grep -q ready err; do sleep 0.2; done
sleep 2
kill -KILL $recorder
wait $recorder 2>/dev/null
sleep 1
check "nothing stays attached after SIGKILL" "$before" "$(attached)"

: >err
./pintrail-record -o signals.ptl 2>err &
recorder=$!
while ! grep -q ready err; do sleep 0.2; done
kill -USR1 $recorder
sleep 1
kill -TERM $recorder
wait $recorder
check "SIGTERM ends it in order" 0 $?

# The other backend: what it leaves in tracefs while it runs, and when it is killed.
tracefs=/sys/kernel/tracing
ours() {
  { ls "$tracefs/instances"; cat "$tracefs/kprobe_events"; } | grep -c pintrail_
}
start_ftrace() { # OPTION...
  : >err
  ./pintrail-record --backend ftrace "$@" 2>err &
  recorder=$!
  while ! grep -q ready err; do
    kill -0 $recorder || break
    sleep 0.2
  done
}
long=$(head -c 3300 /dev/zero | tr '\0' x)
./pintrail-record --backend ftrace -o ftrace.ptl -- sh -c "echo $long-end >$tracefs/trace_marker; exit 7" 2>err
check "ftrace: the command's exit code" 7 $?
check "ftrace: nothing but ready is said" "pintrail-record: ready" "$(cat err)"
check "ftrace: a long mark is in the trace" 1 "$(grep -c 'xxxx-end' ftrace.ptl)"
check "ftrace: nothing stays attached" "$before" "$(attached)"
check "ftrace: nor defined" 0 "$(ours)"

start_ftrace -o ftrace-killed.ptl --duration 60
sleep 1
kill -KILL $recorder
wait $recorder 2>/dev/null
check "ftrace: SIGKILL leaves something behind" yes "$([ "$(ours)" -gt 0 ] && echo yes)"
start_ftrace -o second.ptl --duration 60
check "ftrace: one that runs is left alone by the next" 0 "$(./pintrail-record --backend ftrace -o third.ptl --duration 0.1 2>/dev/null; kill -0 $recorder; echo $?)"
kill -TERM $recorder
wait $recorder
check "ftrace: SIGTERM ends it in order" 0 $?
check "ftrace: what the killed one left is gone" 0 "$(ours)"
check "ftrace: nothing stays attached after that" "$before" "$(attached)"

# The recorder stands still while more happens than its buffer holds.
start_ftrace -o lost.ptl --buffer 1 --duration 120
kill -STOP $recorder
i=0
while [ $i -lt 6000 ]; do
  echo "a mark that is long enough to fill the buffer $i" >$tracefs/trace_marker
  i=$((i + 1))
done
kill -CONT $recorder
sleep 1
kill -TERM $recorder
wait $recorder
check "ftrace: losses do not end it" 0 $?

mkdir none
mount --bind none /sys/kernel/btf
./pintrail-record --backend ebpf -o none.ptl --duration 1 2>err
check "no BTF: eBPF is exit 2" 2 $?
check "and one line" 1 "$(wc -l <err)"
./pintrail-record -o auto.ptl --duration 1 2>err
check "no BTF: ftrace is taken" 0 $?
check "and said" 1 "$(grep -c 'recording with ftrace' err)"
umount $tracefs
umount /sys/kernel/debug
./pintrail-record --backend ftrace -o none.ptl --duration 1 2>err
check "no tracefs: exit 2" 2 $?
check "and how to get it, in one line" "1 1" "$(wc -l <err) $(grep -c 'mount -t tracefs' err)"
./pintrail-record -o none.ptl --duration 1 2>err
check "neither backend: exit 2" 2 $?
check "and why, in one line" "1 1" "$(wc -l <err) $(grep -c 'BTF.*tracefs' err)"
mount -t tracefs none $tracefs
umount /sys/kernel/btf
echo 'nobody:x:99:99::/:/bin/sh' >>/etc/passwd
chmod 755 /
chmod 777 /tmp
su nobody -c "/tmp/pintrail-record -o /tmp/nobody.ptl --duration 1" 2>err
check "not root: exit 2" 2 $?
check "and one line" "1 1" "$(wc -l <err) $(grep -c 'needs root' err)"
cat err

# Regions that are there before the recorder: found with eBPF, listed with ftrace.
for backend in ebpf ftrace; do
  LAB_OUT=/tmp/older-$backend "$work/older" ./pintrail-record --backend $backend >older-$backend.console 2>&1
  check "regions older than the recording, $backend" 0 $?
  cp older-$backend* "$work"
done

cp code.ptl piped.ptl full.ptl killed.ptl signals.ptl ftrace.ptl ftrace-killed.ptl lost.ptl auto.ptl "$work"
exit $failed
