/* SPDX-License-Identifier: Apache-2.0 */
/* What changes no page but says why one changes later: protection, userfaultfd's write protection, fork. */
#include "page_work.h"

#define USERFAULT_WRITE_PROTECT (1ULL << 63)

static void protection_changes(struct ftrace *f, const struct ftrace_event *e, u64 mm, u64 start, u64 end, u64 vm_flags)
{
	struct range_record protect = { .start = start, .end = end, .flags = vm_flags };
	if (!cells_space(&page_model.cells, mm))
		return;
	ftrace_head(&protect.head, e, RECORD_PROTECT, mm);
	ftrace_call(f, e, &protect.call);
	ftrace_put(f, &protect, sizeof protect);
}

/* mm start end vm_flags */
void page_protect(struct ftrace *f, const struct ftrace_event *e)
{
	protection_changes(f, e, e->value[0], e->value[1], e->value[2], e->value[3]);
}

/* mm start bytes enable */
void page_write_protect(struct ftrace *f, const struct ftrace_event *e)
{
	protection_changes(f, e, e->value[0], e->value[1], e->value[1] + e->value[2],
			   (u8)e->value[3] ? USERFAULT_WRITE_PROTECT | 3 : 3);
}

/* mm child_mm start end */
void page_fork_copy(struct ftrace *f, const struct ftrace_event *e)
{
	struct fork_copy_record copy = { .child_mm = e->value[1], .start = e->value[2], .end = e->value[3] };
	if (!cells_space(&page_model.cells, e->value[0]))
		return;
	ftrace_head(&copy.head, e, RECORD_FORK_COPY, e->value[0]);
	ftrace_put(f, &copy, sizeof copy);
}
