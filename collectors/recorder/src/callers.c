/* SPDX-License-Identifier: Apache-2.0 */
#include "callers.h"

#include <string.h>

/* First match on the way up the stack. A name that ends in * stands for all that start so. */
static const struct {
	const char *name;
	u8 caller;
} callers[] = {
	{ "ib_umem_odp*", CALLER_ODP }, { "ib_umem*", CALLER_UMEM }, { "__ib_umem*", CALLER_UMEM },
	{ "io_sqe_buffer*", CALLER_IO_URING }, { "__io_sqe_buffer*", CALLER_IO_URING }, { "io_pin_pages", CALLER_IO_URING },
	{ "io_buffer_unmap", CALLER_IO_URING }, { "io_release_ubuf", CALLER_IO_URING }, { "io_free_region", CALLER_IO_URING },
	{ "io_register_pbuf*", CALLER_IO_URING }, { "io_unregister_pbuf*", CALLER_IO_URING },
	{ "io_ring_ctx_free", CALLER_IO_URING }, { "io_pages_free", CALLER_IO_URING },
	{ "__io_remove_buffers", CALLER_IO_URING }, { "io_put_bl", CALLER_IO_URING },
	{ "vfio_*", CALLER_VFIO }, { "vaddr_get_pfn*", CALLER_VFIO }, { "put_pfn", CALLER_VFIO },
	{ "__do_sys_vmsplice", CALLER_VMSPLICE }, { "__x64_sys_vmsplice", CALLER_VMSPLICE }, { "vmsplice_*", CALLER_VMSPLICE },
	{ "iter_to_pipe", CALLER_VMSPLICE }, { "process_vm_rw*", CALLER_PROCESS_VM }, { "xdp_umem_*", CALLER_XDP },
	{ "__blkdev_direct_IO*", CALLER_DIRECT_IO }, { "blkdev_direct_IO*", CALLER_DIRECT_IO },
	{ "bio_iov_iter_get_pages*", CALLER_DIRECT_IO }, { "bio_release_pages*", CALLER_DIRECT_IO },
	{ "__bio_release_pages*", CALLER_DIRECT_IO }, { "iomap_dio_*", CALLER_DIRECT_IO }, { "__iomap_dio_*", CALLER_DIRECT_IO },
	{ "dio_*", CALLER_DIRECT_IO }, { "__blockdev_direct_IO*", CALLER_DIRECT_IO }, { "do_blockdev_direct_IO", CALLER_DIRECT_IO },
	{ "nfs_direct_*", CALLER_DIRECT_IO }, { "nfs_file_direct_*", CALLER_DIRECT_IO }, { "ceph_direct_*", CALLER_DIRECT_IO },
	{ "fuse_direct_io", CALLER_DIRECT_IO }, { "netfs_unbuffered_*", CALLER_DIRECT_IO },
};

/* What is between a caller and the pages. */
static const char *const gup[] = {
	"pin_user_pages*", "get_user_pages*", "__gup_*", "gup_*", "internal_get_user_pages*", "__get_user_pages*", "bpf_*",
	"unpin_user_*", "ftrace_*", "fgraph_*", "kprobe_*", "any_entry*", "iov_iter_*", "__iov_iter_*",
	"arch_rethook_trampoline", "kretprobe_trampoline", "__kretprobe_trampoline",
};

static bool matches(const char *name, const char *pattern)
{
	size_t length = strlen(pattern);
	return pattern[length - 1] == '*' ? !strncmp(name, pattern, length - 1) : !strcmp(name, pattern);
}

u8 caller_of(struct kernel *kernel, const u64 stack[STACK_FRAMES])
{
	for (int i = 0; i < STACK_FRAMES && stack[i]; i++) {
		const char *name = kernel_function(kernel, stack[i]);
		for (size_t c = 0; c < sizeof callers / sizeof *callers; c++)
			if (matches(name, callers[c].name))
				return callers[c].caller;
	}
	return stack[0] ? CALLER_OTHER : CALLER_UNKNOWN;
}

u8 caller_for_long(struct kernel *kernel, const u64 stack[STACK_FRAMES])
{
	u8 caller = caller_of(kernel, stack);
	return caller == CALLER_IO_URING || caller == CALLER_VFIO || caller == CALLER_XDP ? caller : CALLER_OTHER;
}

const char *caller_function(struct kernel *kernel, const u64 stack[STACK_FRAMES])
{
	for (int i = 0; i < STACK_FRAMES && stack[i]; i++) {
		const char *name = kernel_function(kernel, stack[i]);
		bool between = !*name;
		for (size_t g = 0; g < sizeof gup / sizeof *gup; g++)
			between |= matches(name, gup[g]);
		if (!between)
			return name;
	}
	return "";
}
