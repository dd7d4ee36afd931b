// SPDX-License-Identifier: GPL-2.0 OR Apache-2.0
/*
 * The experiment of 2012 on today's kernels: what ib_umem asks get_user_pages() for is replaced, call by call, by what
 * another policy asks for. Only calls of ib_umem_get() (7.2: __ib_umem_get_va()) are touched, nothing else is patched.
 *
 *   stock        what this kernel does
 *   write-force  WRITE, and FORCE where the region is read-only: 2.6 to 6.1 (b40656aa7d55 ended it)
 *   proposal     read-only regions are pinned for reading and nothing more: "IB/umem: Modernize our get_user_pages()
 *                parameters", linux-mm, January 2012. LONGTERM goes too, which came in 2019 and unshares from 6.2 on.
 *   longterm     LONGTERM, and WRITE only where the region is writable: 6.2 and later. Before 6.2 it does not unshare
 *                what is not anonymous (84209e87c696), which is what vfio did there.
 *
 * The function is entered through ftrace with all registers, and the third argument is rewritten there. An ftrace_ops
 * that is registered last is called first, and direct calls (fentry programs) come after all of them; so a recorder that
 * is attached before a policy is chosen sees the flags that the kernel then uses. Hence the probe comes and goes with the
 * parameter: /sys/module/gup_policy/parameters/policy, "stock" removes it.
 */
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/version.h>

enum { STOCK, WRITE_FORCE, PROPOSAL, LONGTERM };
static const char *const names[] = { "stock", "write-force", "proposal", "longterm" };
static int policy = STOCK;
static unsigned long rewritten;

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 11, 0)
#define FTRACE_REGISTERS struct pt_regs
#define pt_regs_of(regs) (regs)
#else
#define FTRACE_REGISTERS struct ftrace_regs
#define pt_regs_of(regs) ftrace_get_regs(regs)
#endif

static unsigned long wanted(unsigned long flags)
{
	/* Up to 6.1 ib_umem always asks for WRITE, and for FORCE where the region is read-only. */
	bool writable = (flags & FOLL_WRITE) && !(flags & FOLL_FORCE);

	flags &= ~(unsigned long)(FOLL_WRITE | FOLL_FORCE);
	if (writable)
		return flags | FOLL_WRITE;
	if (policy == WRITE_FORCE)
		return flags | FOLL_WRITE | FOLL_FORCE;
	return policy == PROPOSAL ? flags & ~(unsigned long)FOLL_LONGTERM : flags | FOLL_LONGTERM;
}

static bool is_umem(unsigned long caller)
{
	char name[KSYM_SYMBOL_LEN];

	sprint_symbol_no_offset(name, caller);
	return str_has_prefix(name, "ib_umem_get") || str_has_prefix(name, "__ib_umem_get");
}

/* pin_user_pages_fast(start, nr_pages, gup_flags, pages) */
static void notrace pin_enters(unsigned long ip, unsigned long caller, struct ftrace_ops *ops, FTRACE_REGISTERS *registers)
{
	struct pt_regs *regs = pt_regs_of(registers);

	if (!regs || !is_umem(caller))
		return;
	regs->dx = wanted(regs->dx);
	rewritten++;
}

static struct ftrace_ops pin = {
	.func = pin_enters,
	.flags = FTRACE_OPS_FL_SAVE_REGS,
};

static int policy_set(const char *value, const struct kernel_param *parameter)
{
	int chosen = __sysfs_match_string(names, ARRAY_SIZE(names), value);
	int error = 0;

	if (chosen < 0)
		return chosen;
	if (policy == STOCK && chosen != STOCK)
		error = ftrace_set_filter_ip(&pin, (unsigned long)pin_user_pages_fast, 0, 1) ?: register_ftrace_function(&pin);
	else if (policy != STOCK && chosen == STOCK)
		error = unregister_ftrace_function(&pin);
	if (!error)
		policy = chosen;
	return error;
}

static int policy_get(char *buffer, const struct kernel_param *parameter)
{
	return sprintf(buffer, "%s\n", names[policy]);
}

static const struct kernel_param_ops policy_ops = { .set = policy_set, .get = policy_get };
module_param_cb(policy, &policy_ops, NULL, 0644);
MODULE_PARM_DESC(policy, "stock, write-force, proposal or longterm");
module_param(rewritten, ulong, 0444);
MODULE_PARM_DESC(rewritten, "calls of ib_umem whose flags went through a policy");

static void __exit gup_policy_exit(void)
{
	if (policy != STOCK)
		unregister_ftrace_function(&pin);
}

module_exit(gup_policy_exit);
MODULE_DESCRIPTION("Rewrites the GUP flags of ib_umem, for the Pintrail lab");
MODULE_LICENSE("Dual BSD/GPL");
