/* SPDX-License-Identifier: Apache-2.0 */
/* Unmaps, moves, protection changes and forks: the causes. The states come from the readings that follow. */
#include "recorder.h"

#include <sys/syscall.h>

enum { REASON_OTHER, REASON_MUNMAP, REASON_DISCARD, REASON_FILE, REASON_EXIT, REASON_MREMAP, REASON_REPLACED, REASON_BRK };

static u8 reason_of(const struct recorder *r, const struct record *record, const struct call *call)
{
	switch (call->number) {
	case SYS_munmap:
		return REASON_MUNMAP;
	case SYS_madvise:
		/* MADV_REMOVE punches a hole into the file. */
		return call->argument[2] == 9 ? REASON_FILE : REASON_DISCARD;
	case 440: /* process_madvise */
	case 448: /* process_mrelease */
		return REASON_DISCARD;
	case SYS_fallocate:
	case SYS_truncate:
	case SYS_ftruncate:
	/* O_TRUNC; and a write past the page cache (O_DIRECT) takes its pages out of it, and out of all who map them. */
	case SYS_open:
	case SYS_openat:
	case SYS_creat:
	case 437: /* openat2 */
	case SYS_write:
	case SYS_pwrite64:
	case SYS_writev:
	case SYS_pwritev:
	case SYS_pwritev2:
	case SYS_io_submit:
	case SYS_sendfile:
	case SYS_splice:
	case SYS_copy_file_range:
		return REASON_FILE;
	case SYS_execve:
	case SYS_execveat:
	case SYS_exit:
	case SYS_exit_group:
		return REASON_EXIT;
	case SYS_mremap:
		return REASON_MREMAP;
	case SYS_mmap:
		return REASON_REPLACED;
	case SYS_brk:
	case SYS_shmdt:
		return REASON_BRK;
	default: {
		const struct space *own = spaces_of_process(&r->spaces, record->pid);
		return call->number != NO_CALL && (!own || own->mm != record->mm) ? REASON_FILE : REASON_OTHER;
	}
	}
}

static void take_as_unmapped(struct recorder *r, const struct space *space, u64 first, u64 end)
{
	const struct table *blocks = &r->shadow.blocks;
	for (size_t i = 0; blocks->slots && i <= blocks->mask; i++) {
		struct block *block = blocks->slots[i].value;
		if (!block || block->asid != space->asid)
			continue;
		for (u32 p = 0; p < BLOCK_PAGES; p++) {
			u64 page = block->number * BLOCK_PAGES + p;
			if (page >= first && page < end)
				block_set(block, p, STATE_NONE);
		}
	}
}

static void unmap(struct recorder *r, struct space *space, const struct range_record *record)
{
	const struct record *head = &record->head;
	u64 first = record->start >> PAGE_SHIFT, end = (record->end + PAGE_BYTES - 1) >> PAGE_SHIFT;
	u8 flags = (record->flags & UNMAP_UNREAD ? 1 : 0) | (record->flags & UNMAP_KEEPS_PRIVATE ? 2 : 0);
	if (!pages_covered(r, space, first, end))
		return;
	ptl_unmap(r->out, head->time, head->pid, head->tid, space->asid, reason_of(r, head, &record->call), flags,
		  call_of(r, head, &record->call), first, end - first);
	if (record->flags & UNMAP_UNREAD)
		take_as_unmapped(r, space, first, end);
}

static void protect(struct recorder *r, struct space *space, const struct range_record *record)
{
	const struct record *head = &record->head;
	u64 first = record->start >> PAGE_SHIFT, end = (record->end + PAGE_BYTES - 1) >> PAGE_SHIFT;
	if (pages_covered(r, space, first, end))
		ptl_protect(r->out, head->time, head->pid, head->tid, space->asid, call_of(r, head, &record->call), first,
			    end - first, record->flags & (7 | 1ULL << 63));
}

static void move(struct recorder *r, struct space *space, const struct move_record *record)
{
	const struct record *head = &record->head;
	u64 from = record->from >> PAGE_SHIFT, to = record->to >> PAGE_SHIFT, pages = record->bytes >> PAGE_SHIFT;
	if (pages_covered(r, space, from, from + pages) || pages_covered(r, space, to, to + pages))
		ptl_move(r->out, head->time, head->pid, head->tid, space->asid, call_of(r, head, &record->call), from, to,
			 pages);
	if (record->bytes > RANGE_BYTES)
		handle_sweep(r);
}

static void fork_copy(struct recorder *r, struct space *parent, const struct fork_copy_record *record)
{
	const struct record *head = &record->head;
	u64 first = record->start >> PAGE_SHIFT, end = record->end >> PAGE_SHIFT;
	if (pages_covered(r, parent, first, end))
		ptl_fork_copy(r->out, head->time, head->pid, head->tid, parent->asid,
			      spaces_get(&r->spaces, record->child_mm, 0)->asid, first, end - first,
			      call_of(r, head, &record->call));
}

/* What these pages map is written again when it is known, whatever it was before. */
static void doubt(struct recorder *r, const struct space *space, const struct range_record *record)
{
	const struct record *head = &record->head;
	u64 first = record->start >> PAGE_SHIFT, end = (record->end + PAGE_BYTES - 1) >> PAGE_SHIFT;
	if (!pages_covered(r, space, first, end))
		return;
	ptl_doubt(r->out, head->time, head->pid, head->tid, space->asid, first, end - first);
	for (u64 page = first; page < end; page++) {
		struct block *block = shadow_block(&r->shadow, space->asid, page / BLOCK_PAGES);
		if (block)
			block_set(block, page % BLOCK_PAGES, STATE_UNKNOWN);
	}
}

void handle_range(struct recorder *r, const struct record *record)
{
	struct space *space = spaces_find(&r->spaces, record->mm);
	if (!space || space->ended)
		return;
	if (record->kind == RECORD_UNMAP)
		unmap(r, space, (const void *)record);
	else if (record->kind == RECORD_PROTECT)
		protect(r, space, (const void *)record);
	else if (record->kind == RECORD_MOVE)
		move(r, space, (const void *)record);
	else if (record->kind == RECORD_DOUBT)
		doubt(r, space, (const void *)record);
	else
		fork_copy(r, space, (const void *)record);
}
