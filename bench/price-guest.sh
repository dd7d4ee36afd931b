#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs in a guest of the lab: the price of recording, without the recorder and under each backend in alternation.
# usage: price-guest.sh ROUNDS SCALE BACKEND...    prints STATE,WORKLOAD,OPERATIONS,CPU_NS,WALL_NS lines into prices.csv
rounds=$1 scale=$2
shift 2
work=$PWD
cp price pintrail-record /tmp/
cd /tmp || exit 125
export LAB_OUT=/tmp/price

record() { # BACKEND FILE COMMAND...
  backend=${1%-no-stacks} file=$2 stacks=
  [ "$backend" = "$1" ] || stacks=--no-stacks
  shift 2
  # shellcheck disable=SC2086  # an option or nothing
  ./pintrail-record --backend "$backend" $stacks -o "$file" -- "$@"
}

measured() { # STATE COMMAND...
  state=$1
  shift
  "$@" >out 2>err || { cat err; exit 1; }
  if grep 'probe missing' err; then exit 1; fi # what is not recorded costs nothing
  sed "s/^/$state,/" out >>"$work/prices.csv"
}

for round in $(seq "$rounds"); do
  echo "price: round $round of $rounds"
  measured off ./price "$scale"
  for wanted in "$@"; do
    measured "$wanted" record "$wanted" round.ptl ./price "$scale"
    rm round.ptl
  done
done
# Bytes for each page: one registration alone, less the bytes of none.
for wanted in "$@"; do
  for what in none 4KiB 2MiB 256MiB-small-pages 256MiB-huge-pages; do
    record "$wanted" one.ptl ./price only "$what" >out 2>err || { cat err; exit 1; }
    echo "$wanted,$what,$(wc -c <one.ptl)" >>"$work/sizes.csv"
    rm one.ptl
  done
done
