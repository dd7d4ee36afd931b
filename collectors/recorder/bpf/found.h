/* SPDX-License-Identifier: GPL-2.0 OR Apache-2.0 */
/*
 * Regions older than the recording. The recorder asks the kernel for its list of regions (src/rdma_netlink.c), and while
 * the kernel answers, fill_res_mr_entry() is called for each with the region in hand, alive and complete: on every kernel
 * from 5.10 on, whatever the driver, with a reference that makes a deregistration wait (not on 5.10: src/found.c).
 *
 * The driver's own structure begins with ib_mr or has it in it, and behind ib_mr points to the ib_umem. Which word that
 * is differs by driver and version, and there may be no types; the umem is known by what it says of itself.
 */
#include "umem.h"

#define UMEM_IS_DMABUF 4 /* its address is an offset in the dmabuf, not the process's */

__hidden_inline bool is_umem_of(u64 pointer, u64 device, u64 length)
{
	return pointer >= KERNEL_ADDRESSES && !(pointer & 7) && settings.umem_mm >= 0 &&
	       read_u64(pointer + settings.umem_device) == device &&
	       read_u64(pointer + settings.umem_length) == length &&
	       !(read_u32(pointer + settings.umem_flags) & UMEM_IS_DMABUF);
}

/* Tells of a region, and counts its pages into the scope so that all that happens to them from now on is seen. */
__shared int found(u64 mr)
{
	if (settings.mr_type < 0 || settings.mr_device < 0 || settings.mr_length < 0 ||
	    read_u32(mr + settings.mr_type) != settings.mr_user)
		return 0;
	u64 device = read_u64(mr + settings.mr_device);
	u64 length = read_u64(mr + settings.mr_length);
	u64 umem = 0, mm = 0;
	show_device(device);
	struct found_record *record = reserve(sizeof *record);
	if (!record)
		return 0;
	__builtin_memset(record->comm, 0, sizeof record->comm);
	for (int i = 0; i < FOUND_MR_WORDS; i++) {
		u64 word = read_u64(mr + i * 8);
		record->mr_words[i] = word;
		if (!umem && length && is_umem_of(word, device, length))
			umem = word;
	}
	for (int i = 0; i < FOUND_UMEM_WORDS; i++)
		record->umem_words[i] = umem ? read_u64(umem + i * 8) : 0;
	record->mr = mr;
	record->umem = umem;
	record->owner = record->mm_users = 0;
	if (umem) {
		mm = read_u64(umem + settings.umem_mm);
		umem_count_found(umem, mm, read_u64(umem + settings.umem_address), length);
		record->mm_users = BPF_CORE_READ((struct mm_struct *)mm, mm_users.counter);
		struct task_struct *owner = 0;
		if (bpf_core_field_exists(((struct mm_struct *)mm)->owner))
			owner = BPF_CORE_READ((struct mm_struct *)mm, owner);
		if (owner && record->mm_users) {
			record->owner = BPF_CORE_READ(owner, tgid);
			bpf_probe_read_kernel_str(record->comm, sizeof record->comm, &owner->comm);
		}
	}
	fill_head(&record->head, RECORD_FOUND, mm);
	submit(record);
	return 0;
}

/* fill_res_mr_entry(msg, has_cap_net_admin, res, port) */
AT_CALL(found_enter)
{
	return settings.mr_res < 0 ? 0 : found(a[2] - settings.mr_res);
}

u64 fetch_address;
u32 fetch_bytes;
u32 fetch_failed;
u8 fetched[FETCH_BYTES];

/* Run by the recorder: reads kernel memory that was found through a record, such as a umem's list of pages. */
SEC("raw_tp")
int fetch(void *ctx)
{
	u32 bytes = fetch_bytes;
	fetch_failed = bytes > FETCH_BYTES || bpf_probe_read_kernel(fetched, bytes, (void *)fetch_address) != 0;
	return 0;
}
