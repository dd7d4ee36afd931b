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
  for backend in "$@"; do
    measured "$backend" ./pintrail-record --backend "$backend" -o "$backend.ptl" -- ./price "$scale"
    rm "$backend.ptl"
  done
done
# Bytes for each page: one registration alone, less the bytes of none.
for backend in "$@"; do
  for what in none 4KiB 2MiB 256MiB-small-pages 256MiB-huge-pages; do
    ./pintrail-record --backend "$backend" -o one.ptl -- ./price only "$what" >out 2>err || { cat err; exit 1; }
    echo "$backend,$what,$(wc -c <one.ptl)" >>"$work/sizes.csv"
    rm one.ptl
  done
done
