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
cp pintrail-record wrong-offset wrong-fetch wrong-driver munmap-mmap /tmp/
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

# Several recordings by one that stays attached. Regions registered during the second are found by the third: older.c, whose
# recorder is stood in for.
cat >stand-in <<'END'
#!/bin/sh
touch /tmp/registered
while [ ! -e /tmp/go ]; do sleep 0.1; done
echo 'stand-in: ready' >&2
exec sleep 100
END
cat >begin-older <<END
#!/bin/sh
(LAB_OUT=/tmp/suite-older $work/older /tmp/stand-in; echo \$? >/tmp/older.code) >/tmp/suite-older.console 2>&1 &
while [ ! -e /tmp/registered ]; do sleep 0.1; done
END
cat >end-older <<'END'
#!/bin/sh
touch /tmp/go
while [ ! -s /tmp/older.code ]; do sleep 0.1; done
exit "$(cat /tmp/older.code)"
END
chmod 755 stand-in begin-older end-older
cat >suite <<END
# TRACE COMMAND
suite-1.ptl echo mark-of-1 >/sys/kernel/tracing/trace_marker; LAB_OUT=/tmp/suite $work/healthy; exit 5

suite-2.ptl  ./begin-older
	suite-3.ptl	./end-older
END
./pintrail-record --suite suite 2>err >/dev/null
check "a suite: the first exit code that is not 0" 5 $?
check "a suite: each is told of as it ends" "1 1 1 4" \
  "$(grep -c '\[1/3\] suite-1.ptl: exit code 5' err) $(grep -c '\[2/3\] suite-2.ptl: exit code 0' err) $(grep -c '\[3/3\] suite-3.ptl: exit code 0' err) $(wc -l <err)"
check "a suite: each trace has what is its own" "1 0" "$(grep -c mark-of-1 suite-1.ptl) $(grep -c mark-of-1 suite-2.ptl)"
cp suite-older* "$work"
check "a suite: nothing stays attached" "$before" "$(attached)"
echo "long.ptl sleep 100" >suite
: >err
./pintrail-record --suite suite 2>err &
recorder=$!
while ! grep -q ready err; do sleep 0.2; done
sleep 2
kill -TERM $recorder
wait $recorder
check "a suite: SIGTERM ends it, and its COMMAND" "143 0" "$? $(ps | grep -c '[s]leep 100')"
for wrong in '--suite suite -o x.ptl' '--suite suite --backend ftrace' '--suite none' '--suite suite -- true'; do
  # shellcheck disable=SC2086  # options
  ./pintrail-record $wrong 2>err
  check "$wrong: exit 2" 2 $?
  check "and one line" 1 "$(wc -l <err)"
done
echo "alone.ptl" >suite
./pintrail-record --suite suite 2>err
check "a suite's line without a COMMAND: exit 2" 2 $?
check "and where, in one line" "1 1" "$(wc -l <err) $(grep -c 'suite, line 1: ' err)"

./pintrail-record -o - --duration 1 2>err >piped.ptl
check "to a pipe or redirection" 0 $?
(./pintrail-record -o - --duration 60 2>err; echo $? >code) | head -c 16 >/dev/null
check "the reader of the pipe leaves: exit 2 before the start, 1 after" 1 "$(grep -c '[12]' code)"
mkdir small && mount -t tmpfs -o size=16k none small
./pintrail-record -o small/full.ptl -- sh -c 'i=0; while [ $i -lt 2000 ]; do echo "a long mark to fill the disk $i" >/sys/kernel/tracing/trace_marker; i=$((i+1)); done; sleep 2' 2>err
check "disk full while recording is exit 1" 1 $?
check "and said in one line, after ready" "2 1" "$(wc -l <err) $(grep -c 'cannot write small/full.ptl any more: No space left' err)"
cp small/full.ptl full.ptl
umount small

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
check "ftrace: nobody records the names of threads at each switch, and who wants to can" "0 1" \
  "$(wc -l <$tracefs/saved_cmdlines) $(cat $tracefs/options/record-cmd)"
check "ftrace: a long mark is in the trace" 1 "$(grep -c 'xxxx-end' ftrace.ptl)"
check "ftrace: nothing stays attached" "$before" "$(attached)"
check "ftrace: nor defined" 0 "$(ours)"

# What tells of every page given back costs each of them: it is for pins whose end nobody else tells of.
LAB_OUT=/tmp/gate ./pintrail-record --backend ftrace -o gate.ptl -- \
  sh -c "$work/healthy >/dev/null && cat $tracefs/instances/*/events/pintrail_*/unpin_*/enable" >gate 2>err
check "ftrace: a region registered leaves off what tells of unpins" "0 yes" \
  "$(grep -c 1 gate) $([ "$(grep -c '0[*]' gate)" -gt 2 ] && echo yes)"

mount -t tmpfs -o size=16k none small
./pintrail-record --backend ftrace -o small/full.ptl -- sh -c 'i=0; while [ $i -lt 2000 ]; do echo "a long mark to fill the disk $i" >/sys/kernel/tracing/trace_marker; i=$((i+1)); done; sleep 2' 2>err
check "ftrace: disk full while recording is exit 1" 1 $?
check "and said in one line, after ready" "2 1" "$(wc -l <err) $(grep -c 'cannot write small/full.ptl any more: No space left' err)"
cp small/full.ptl ftrace-full.ptl
umount small

# A table that is wrong for this kernel: known by the kernel's types, and without them by what the recorder does itself.
./wrong-offset --backend ftrace -o none.ptl --duration 1 2>err
check "ftrace: an offset that is not this kernel's: exit 2" 2 $?
check "and which, in one line" "1 1" "$(wc -l <err) $(grep -c 'vm_area_struct.vm_mm is .*btf/vmlinux.*the row vma_mm' err)"
mkdir -p none
mount --bind none /sys/kernel/btf
./wrong-offset --backend ftrace -o none.ptl --duration 1 2>err
check "ftrace: such an offset without types: exit 2" 2 $?
check "and which, in one line" "1 1" "$(wc -l <err) $(grep -c 'does not tell what the recorder did itself' err)"
umount /sys/kernel/btf
check "ftrace: nothing stays defined after that" 0 "$(ours)"
./wrong-fetch --backend ftrace -o wrong-fetch.ptl --duration 1 2>err
check "ftrace: a row that the kernel refuses does not stop it" 0 $?
check "and which and why, in one line" 1 "$(grep -c 'probe missing: fault end (handle_mm_fault): .*' err)"

# A device of a driver that has no probes of its own.
for backend in ebpf ftrace; do
  LAB_OUT=/tmp/driver-$backend ./wrong-driver --backend $backend -o driver-$backend.ptl -- ./munmap-mmap >/dev/null 2>err
  check "$backend: a driver without probes of its own" 0 $?
done

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

# Last, because nobody can take it back. Integrity is no hindrance.
mount -t securityfs none /sys/kernel/security
echo integrity >/sys/kernel/security/lockdown
for backend in ebpf ftrace; do
  ./pintrail-record --backend $backend -o locked.ptl --duration 1 2>err
  check "lockdown for integrity, $backend" 0 $?
done
echo confidentiality >/sys/kernel/security/lockdown
for backend in ebpf ftrace; do
  ./pintrail-record --backend $backend -o none.ptl --duration 1 2>err
  check "lockdown for confidentiality, $backend: exit 2" 2 $?
  check "and why, in one line" "1 1" "$(wc -l <err) $(grep -c 'lockdown is at confidentiality' err)"
done
umount /sys/kernel/security
for backend in ebpf ftrace; do
  ./pintrail-record --backend $backend -o none.ptl --duration 1 2>err
  check "lockdown, and no securityfs, $backend: exit 2" 2 $?
  check "and that it may be that, in one line" "1 1" "$(wc -l <err) $(grep -c lockdown err)"
  cat err
done

cp code.ptl suite-1.ptl suite-2.ptl suite-3.ptl piped.ptl full.ptl killed.ptl signals.ptl ftrace.ptl ftrace-full.ptl ftrace-killed.ptl lost.ptl auto.ptl driver-ebpf.ptl driver-ftrace.ptl "$work"
exit $failed
