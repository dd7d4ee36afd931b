# SPDX-License-Identifier: Apache-2.0
# The rows of probes.tsv for the eBPF backend as a C table.
function version(text, otherwise,    parts) {
	if (text == "") return otherwise
	split(text, parts, ".")
	return sprintf("%d << 8 | %d", parts[1], parts[2])
}
BEGIN { FS = "\t"; print "#include \"attach.h\"\n\nconst struct probe probes[] = {" }
/^#/ || $1 == "event" || $2 ~ /^tf_/ { next }
NF != 7 { print FILENAME ":" NR ": 7 fields are needed, here are " NF > "/dev/stderr"; exit 1 }
{
	range = $5 == "all" ? "-" : $5
	dash = index(range, "-")
	printf "\t{ \"%s\", \"%s\", \"%s\", \"%s\", %s, %s, %d, %s },\n", $1, $2, $3, $4,
		version(substr(range, 1, dash - 1), "0"), version(substr(range, dash + 1), "0xffff"), $6 == "only" ? 255 : $6, $7 == "needed" ? "true" : "false"
}
END { print "};\n\nconst size_t probe_count = sizeof probes / sizeof *probes;" }
