/* SPDX-License-Identifier: Apache-2.0 */
/* kprobe.session, which libbpf before 1.5 does not know: its programs are made ready and attached by hand. */
#include "attach.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static u32 session_type(const struct kernel *kernel)
{
	return kernel_enumerator(kernel, "BPF_TRACE_KPROBE_SESSION", 0);
}

/* The function of the kernel that a number in bpf/session.h stands for: its type, 0 if there is none. */
static s32 function_for(const struct kernel *kernel, s32 number)
{
	const char *name = number == SESSION_IS_RETURN ? "bpf_session_is_return" :
			   number == SESSION_COOKIE    ? "bpf_session_cookie" :
			   number == READ_ONLY_CAST    ? "bpf_rdonly_cast" :
							 NULL;
	s32 type = name ? btf__find_by_name_kind(kernel->types, name, BTF_KIND_FUNC) : 0;
	return type < 0 ? 0 : type;
}

bool session_prepare(struct bpf_program *program, const struct kernel *kernel)
{
	size_t count = bpf_program__insn_cnt(program);
	struct bpf_insn *code = need(count * sizeof *code);
	bool possible = session_type(kernel);
	memcpy(code, bpf_program__insns(program), count * sizeof *code);
	for (size_t i = 0; i < count; i++) {
		if (code[i].code != (BPF_JMP | BPF_CALL) || code[i].src_reg || code[i].imm < SESSION_IS_RETURN)
			continue;
		code[i].src_reg = BPF_PSEUDO_KFUNC_CALL;
		code[i].imm = function_for(kernel, code[i].imm);
		possible &= code[i].imm > 0;
	}
	possible = possible && !bpf_program__set_expected_attach_type(program, session_type(kernel)) &&
		   !bpf_program__set_insns(program, code, count);
	free(code);
	return possible;
}

int session_attach(const struct bpf_program *program, const struct kernel *kernel, const struct functions *functions)
{
	union bpf_attr attr;
	memset(&attr, 0, sizeof attr);
	attr.link_create.prog_fd = bpf_program__fd(program);
	attr.link_create.attach_type = session_type(kernel);
	attr.link_create.kprobe_multi.cnt = functions->count;
	attr.link_create.kprobe_multi.addrs = (u64)(uintptr_t)functions->addresses;
	attr.link_create.kprobe_multi.cookies = (u64)(uintptr_t)functions->cookies;
	return syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof attr);
}
