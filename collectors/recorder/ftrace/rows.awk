# SPDX-License-Identifier: Apache-2.0
# The rows of probes.tsv for the ftrace backend as a C table.
function version(text, otherwise,    parts) {
	if (text == "") return otherwise
	split(text, parts, ".")
	return sprintf("%d << 8 | %d", parts[1], parts[2])
}
BEGIN { FS = "\t"; print "#include \"ftrace.h\"\n" }
$2 !~ /^tf_/ { next }
NF != 7 { print FILENAME ":" NR ": 7 fields are needed, here are " NF > "/dev/stderr"; exit 1 }
{
	range = $5 == "all" ? "-" : $5
	dash = index(range, "-")
	fetch = $6 == "." ? "" : $6
	parts = split(fetch, part, "\\")
	fetch = part[1]
	for (i = 2; i <= parts; i++) fetch = fetch "\\\\" part[i]
	constant = $2 == "tf_const"
	if (!constant && !($4 in declared)) print "ftrace_handler " $4 ";"
	declared[$4]
	rows = rows sprintf("\t{ \"%s\", \"%s\", \"%s\", \"%s\", \"%s\", %s, %s, %s, %s },\n", $1, $2, $3, $4, fetch,
		constant ? "NULL" : $4, version(substr(range, 1, dash - 1), "0"), version(substr(range, dash + 1), "0xffff"),
		$7 == "needed" ? "true" : "false")
}
END { print "\nconst struct ftrace_row ftrace_rows[] = {\n" rows "};\n\nconst size_t ftrace_row_count = sizeof ftrace_rows / sizeof *ftrace_rows;" }
