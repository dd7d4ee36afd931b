# SPDX-License-Identifier: Apache-2.0
# The rows of probes.tsv that kprobe.multi and kprobe.session serve (kernels from 6.14 on) as the switches of bpf/dispatch.h.
function until(range,    parts) {
	if (range == "all" || range ~ /-$/) return 65535
	split(substr(range, index(range, "-") + 1), parts, ".")
	return parts[1] * 256 + parts[2]
}
BEGIN { FS = "\t" }
/^#/ || $1 == "event" || $2 ~ /^tf_/ { next }
{ row++ }
until($5) < 6 * 256 + 14 { next }
$2 == "fentry" { enter = enter "\tcase " row ":\n\t\treturn " $4 "_entered(ctx, a);\n" }
$2 == "fexit" && $6 == "only" { only = only "\tcase " row ":\n\t\treturn " $4 "_body(result);\n" }
$2 == "fexit" && $6 != "only" { end = end "\tcase " row ":\n\t\treturn " $4 "_body(ctx, a, result);\n" }
END {
	print "__hidden_inline int enter_row(u32 row, void *ctx, u64 *a)\n{\n\tswitch (row) {\n" enter "\t}\n\treturn 0;\n}\n"
	print "__hidden_inline int end_row(u32 row, void *ctx, u64 *a, u64 result)\n{\n\tswitch (row) {\n" end "\t}\n\treturn 0;\n}\n"
	print "__hidden_inline int result_row(u32 row, u64 result)\n{\n\tswitch (row) {\n" only "\t}\n\treturn 0;\n}"
}
