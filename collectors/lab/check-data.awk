# SPDX-License-Identifier: Apache-2.0
# usage: awk -v scenario=S -v kernel=K -f check-data.awk expected.tsv S.data.csv
# Regions are numbered per mark by first appearance, pages per region likewise: both are written in that order.

function problem(text) { print "lab/check-data: " kernel " " scenario ": " text; bad = 1 }

FILENAME == ARGV[1] {
  if ($0 !~ /^#/ && split($0, f, "\t") == 6 && f[1] == scenario && (f[3] == "*" || f[3] == kernel)) {
    if (f[6] == "none") { none = 1; next }
    split(f[5], range, "-")
    rules++
    mark[rules] = "^" f[2] "$"; region[rules] = f[4]; from[rules] = range[1] + 0; to[rules] = range[2] + 0; want[rules] = f[6]
  }
  next
}

FNR == 1 {
  if ($0 != "mark,pid,lkey,va,read") problem("wrong header: " $0)
  next
}

{
  if (split($0, row, ",") != 5) { problem("line " FNR " is not a row: " $0); next }
  rows++
  name = row[1] "," row[2]
  id = name "," row[3]
  if (!(id in ordinal)) ordinal[id] = ++regions[name]
  page = pages[id]++
  expected = "same"
  for (i = 1; i <= rules; i++)
    if (row[1] ~ mark[i] && (region[i] == "*" || region[i] == ordinal[id]) && page >= from[i] && page <= to[i]) {
      expected = want[i]
      used[i]++
    }
  if (row[5] != expected)
    problem("mark " row[1] ", region " ordinal[id] " (lkey " row[3] "), page " page ": " row[5] ", expected " expected)
}

END {
  if (!rows && !none) problem("no device read at all")
  if (rows && none) problem("has device reads, expected.tsv says none")
  for (i = 1; i <= rules; i++)
    if (used[i] < to[i] - from[i] + 1) problem("mark " mark[i] ": pages " from[i] "-" to[i] " were not all read")
  exit bad
}
