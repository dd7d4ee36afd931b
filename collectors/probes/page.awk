# SPDX-License-Identifier: Apache-2.0
# probes.tsv as a page: a table for each backend, a row for each event, a column for each kernel of the lab.
function number(text, otherwise,    parts) {
	if (text == "") return otherwise
	split(text, parts, ".")
	return parts[1] * 256 + parts[2]
}
function covers(range, kernel,    dash) {
	if (range == "all") return 1
	if (!(dash = index(range, "-"))) return number(range) == number(kernel)
	return number(kernel) >= number(substr(range, 1, dash - 1), 0) && number(kernel) <= number(substr(range, dash + 1), 65535)
}
function backend_of(kind) { return kind ~ /^tf_/ ? "ftrace" : "ebpf" }
function place_of(kind) {
	if (kind == "raw_tp" || kind == "tf_event") return " (tracepoint)"
	if (kind == "session") return " (both ends)"
	return kind == "fexit" || kind == "tf_return" || kind == "tf_gated_return" ? " (end)" : ""
}
# What stands in one cell: functions, each once; many alike are counted.
function add(cell, functions, kind,    n, name, text) {
	n = split(functions, name, ",")
	text = n > 3 ? "`" name[1] "` and " n - 1 " others" place_of(kind) : "`" functions "`" place_of(kind)
	if (index(cell, text)) return cell
	return cell == "" ? text : cell "<br>" text
}
function table(backend,    i, k, row) {
	printf "| event | 5.10 | 6.1 | 6.12 | 7.2 |\n|---|---|---|---|---|\n"
	for (i = 1; i <= count[backend]; i++) {
		row = "| " (needed[backend, i] ? "**" event[backend, i] "**" : event[backend, i])
		for (k = 1; k <= kernels; k++) row = row " | " ((backend, i, k) in cell ? cell[backend, i, k] : "–")
		print row " |"
	}
}
BEGIN {
	FS = "\t"
	kernels = split("5.10 6.1 6.12 7.2", kernel, " ")
}
/^#/ || $1 == "event" || $2 == "tf_const" { next }
{
	backend = backend_of($2)
	if (!((backend, $1) in place)) {
		event[backend, ++count[backend]] = $1
		place[backend, $1] = count[backend]
	}
	i = place[backend, $1]
	if ($7 == "needed") needed[backend, i] = 1
	for (k = 1; k <= kernels; k++) if (covers($5, kernel[k])) cell[backend, i, k] = add(cell[backend, i, k], $3, $2)
}
END {
	print "<!-- made by collectors/probes/page from collectors/probes/probes.tsv: change that -->"
	print "# What is recorded on which kernel\n"
	print "Kernel functions and tracepoints whose events the recorder takes, by backend, on the kernels of the lab; on others those of the nearest"
	print "older one and, where a name has changed since, those that exist. Events in **bold** are needed: without them page states or registrations are"
	print "incomplete, and the trace says so (`PROBE` events; `pintrail info` lists what is missing). Of the others, detail is lost. – : does not exist"
	print "on that kernel, or another row covers it there. (end): probed at the function's return; (both ends): there and at its entry.\n"
	print "## eBPF\n"
	table("ebpf")
	print "\n## ftrace\n"
	print "Only tracefs: kprobe events and tracepoints in a trace instance of the recorder's own."
	print "Not seen with this backend: stacks of calls (the calls themselves are), and the pages of pins for a moment (the calls are counted).\n"
	table("ftrace")
}
