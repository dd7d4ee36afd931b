/* SPDX-License-Identifier: Apache-2.0 */
/* One function per event kind: the fields in the order of docs/trace-format.md, section 2. */
#include "ptl_batch.h"

#define EVENT struct ptl_writer *w, uint64_t time, int32_t pid, int32_t tid

void ptl_host(EVENT, const struct ptl_host *host)
{
	ptl_begin(w, 1, time, pid, tid);
	ptl_string(w, host->hostname);
	ptl_string(w, host->kernel);
	ptl_string(w, host->machine);
	ptl_string(w, host->backend);
	ptl_byte(w, host->scope);
	ptl_string(w, host->version);
	ptl_u(w, host->page_shift);
	ptl_u(w, host->zero_pfn);
	ptl_u(w, host->huge_zero_pfn);
	ptl_u(w, host->vmemmap_base);
	ptl_u(w, host->struct_page_bytes);
	ptl_u(w, host->cpus);
	ptl_end(w);
}

void ptl_clock(EVENT, int64_t realtime_ns)
{
	ptl_begin(w, 2, time, pid, tid);
	ptl_s(w, realtime_ns);
	ptl_end(w);
}

void ptl_probe(EVENT, const char *event, const char *function, uint8_t status, const char *note)
{
	ptl_begin(w, 3, time, pid, tid);
	ptl_string(w, event);
	ptl_string(w, function);
	ptl_byte(w, status);
	ptl_string(w, note);
	ptl_end(w);
}

void ptl_lost(EVENT, uint32_t cpu, uint64_t count, uint64_t since_ns)
{
	ptl_begin(w, 4, time, pid, tid);
	ptl_u(w, cpu);
	ptl_u(w, count);
	ptl_u(w, since_ns);
	w->lost += count;
	ptl_end(w);
}

void ptl_access_lost(EVENT, uint64_t count, uint64_t since_ns)
{
	ptl_begin(w, 52, time, pid, tid);
	ptl_u(w, count);
	ptl_u(w, since_ns);
	ptl_end(w);
}

void ptl_mark(EVENT, const char *text)
{
	ptl_begin(w, 5, time, pid, tid);
	ptl_string(w, text);
	ptl_end(w);
}

void ptl_snapshot_begin(EVENT, uint8_t reason)
{
	ptl_begin(w, 6, time, pid, tid);
	ptl_byte(w, reason);
	ptl_end(w);
}

void ptl_snapshot_end(EVENT)
{
	ptl_begin(w, 8, time, pid, tid);
	ptl_end(w);
}

void ptl_space(EVENT, uint32_t asid, const char *comm)
{
	ptl_begin(w, 10, time, pid, tid);
	ptl_u(w, asid);
	ptl_string(w, comm);
	ptl_end(w);
}

void ptl_exec(EVENT, uint32_t asid, const char *comm, const char *file)
{
	ptl_begin(w, 11, time, pid, tid);
	ptl_u(w, asid);
	ptl_string(w, comm);
	ptl_string(w, file);
	ptl_end(w);
}

void ptl_fork(EVENT, uint32_t child_pid, uint32_t child_tid, uint32_t child_asid)
{
	ptl_begin(w, 12, time, pid, tid);
	ptl_u(w, child_pid);
	ptl_u(w, child_tid);
	ptl_u(w, child_asid);
	ptl_end(w);
}

void ptl_exit(EVENT, int whole_process, int32_t code)
{
	ptl_begin(w, 13, time, pid, tid);
	ptl_u(w, whole_process ? 1 : 0);
	ptl_s(w, code);
	ptl_end(w);
}

void ptl_space_end(EVENT, uint32_t asid, uint64_t call)
{
	ptl_begin(w, 14, time, pid, tid);
	ptl_u(w, asid);
	ptl_u(w, call);
	ptl_end(w);
}

void ptl_thread(EVENT, const char *comm)
{
	ptl_begin(w, 15, time, pid, tid);
	ptl_string(w, comm);
	ptl_end(w);
}

void ptl_register_begin(EVENT, uint64_t region, uint32_t asid, uint32_t method, const char *device, uint64_t start,
			uint64_t length, uint64_t iova, uint32_t access)
{
	ptl_begin(w, 20, time, pid, tid);
	ptl_u(w, region);
	ptl_u(w, asid);
	ptl_u(w, method);
	ptl_string(w, device);
	ptl_u(w, start);
	ptl_u(w, length);
	ptl_u(w, iova);
	ptl_u(w, access);
	ptl_end(w);
}

static void register_end(EVENT, uint8_t kind, uint64_t region, int32_t error, uint32_t lkey, uint32_t rkey)
{
	ptl_begin(w, kind, time, pid, tid);
	ptl_u(w, region);
	ptl_s(w, error);
	ptl_u(w, lkey);
	ptl_u(w, rkey);
	ptl_end(w);
}

void ptl_register_end(EVENT, uint64_t region, int32_t error, uint32_t lkey, uint32_t rkey)
{
	register_end(w, time, pid, tid, 21, region, error, lkey, rkey);
}

void ptl_reregister_begin(EVENT, uint64_t region, uint32_t flags, uint64_t start, uint64_t length, uint64_t iova,
			  uint32_t access)
{
	ptl_begin(w, 22, time, pid, tid);
	ptl_u(w, region);
	ptl_u(w, flags);
	ptl_u(w, start);
	ptl_u(w, length);
	ptl_u(w, iova);
	ptl_u(w, access);
	ptl_end(w);
}

void ptl_reregister_end(EVENT, uint64_t region, int32_t error, uint32_t lkey, uint32_t rkey)
{
	register_end(w, time, pid, tid, 23, region, error, lkey, rkey);
}

void ptl_deregister(EVENT, uint64_t region, int32_t error)
{
	ptl_begin(w, 24, time, pid, tid);
	ptl_u(w, region);
	ptl_s(w, error);
	ptl_end(w);
}

void ptl_umem_begin(EVENT, uint64_t umem, uint64_t region, uint32_t asid, uint64_t start, uint64_t length,
		    uint32_t access)
{
	ptl_begin(w, 25, time, pid, tid);
	ptl_u(w, umem);
	ptl_u(w, region);
	ptl_u(w, asid);
	ptl_u(w, start);
	ptl_u(w, length);
	ptl_u(w, access);
	ptl_end(w);
}

void ptl_umem_end(EVENT, uint64_t umem, int32_t error)
{
	ptl_begin(w, 26, time, pid, tid);
	ptl_u(w, umem);
	ptl_s(w, error);
	ptl_end(w);
}

void ptl_umem_release(EVENT, uint64_t umem)
{
	ptl_begin(w, 27, time, pid, tid);
	ptl_u(w, umem);
	ptl_end(w);
}

void ptl_pin_begin(EVENT, uint64_t pin, uint64_t umem, uint32_t asid, uint8_t caller, uint8_t api, uint64_t page,
		   uint64_t pages, uint32_t flags, uint32_t raw_flags)
{
	ptl_begin(w, 30, time, pid, tid);
	ptl_u(w, pin);
	ptl_u(w, umem);
	ptl_u(w, asid);
	ptl_byte(w, caller);
	ptl_byte(w, api);
	ptl_u(w, page);
	ptl_u(w, pages);
	ptl_u(w, flags);
	ptl_u(w, raw_flags);
	ptl_end(w);
}

void ptl_pin_end(EVENT, uint64_t pin, int64_t result)
{
	ptl_begin(w, 32, time, pid, tid);
	ptl_u(w, pin);
	ptl_s(w, result);
	ptl_end(w);
}

void ptl_fault(EVENT, uint32_t asid, uint64_t page, uint32_t flags, uint64_t pin, uint32_t result,
	       uint64_t duration_ns)
{
	ptl_begin(w, 40, time, pid, tid);
	ptl_u(w, asid);
	ptl_u(w, page);
	ptl_u(w, flags);
	ptl_u(w, pin);
	ptl_u(w, result);
	ptl_u(w, duration_ns);
	ptl_end(w);
}

void ptl_unmap(EVENT, uint32_t asid, uint8_t reason, uint8_t flags, uint64_t call, uint64_t page, uint64_t pages)
{
	ptl_begin(w, 42, time, pid, tid);
	ptl_u(w, asid);
	ptl_byte(w, reason);
	ptl_byte(w, flags);
	ptl_u(w, call);
	ptl_u(w, page);
	ptl_u(w, pages);
	ptl_end(w);
}

void ptl_move(EVENT, uint32_t asid, uint64_t call, uint64_t old_page, uint64_t new_page, uint64_t pages)
{
	ptl_begin(w, 43, time, pid, tid);
	ptl_u(w, asid);
	ptl_u(w, call);
	ptl_u(w, old_page);
	ptl_u(w, new_page);
	ptl_u(w, pages);
	ptl_end(w);
}

void ptl_protect(EVENT, uint32_t asid, uint64_t call, uint64_t page, uint64_t pages, uint64_t vm_flags)
{
	ptl_begin(w, 44, time, pid, tid);
	ptl_u(w, asid);
	ptl_u(w, call);
	ptl_u(w, page);
	ptl_u(w, pages);
	ptl_u(w, vm_flags);
	ptl_end(w);
}

void ptl_fork_copy(EVENT, uint32_t parent_asid, uint32_t child_asid, uint64_t page, uint64_t pages, uint64_t call)
{
	ptl_begin(w, 45, time, pid, tid);
	ptl_u(w, parent_asid);
	ptl_u(w, child_asid);
	ptl_u(w, page);
	ptl_u(w, pages);
	ptl_u(w, call);
	ptl_end(w);
}

void ptl_call(EVENT, uint64_t call, uint32_t number, const uint64_t arguments[6], uint64_t kernel_stack,
	      uint64_t user_stack)
{
	ptl_begin(w, 46, time, pid, tid);
	ptl_u(w, call);
	ptl_u(w, number);
	for (int i = 0; i < 6; i++)
		ptl_u(w, arguments[i]);
	ptl_u(w, kernel_stack);
	ptl_u(w, user_stack);
	ptl_end(w);
}

void ptl_frame(EVENT, const struct ptl_frame_info *frame)
{
	ptl_begin(w, 47, time, pid, tid);
	ptl_u(w, frame->stack);
	ptl_u(w, frame->index);
	ptl_u(w, frame->frames);
	ptl_u(w, frame->address);
	ptl_string(w, frame->module);
	ptl_string(w, frame->build_id);
	ptl_u(w, frame->module_offset);
	ptl_string(w, frame->symbol);
	ptl_u(w, frame->symbol_offset);
	ptl_end(w);
}

void ptl_doubt(EVENT, uint32_t asid, uint64_t page, uint64_t pages)
{
	ptl_begin(w, 48, time, pid, tid);
	ptl_u(w, asid);
	ptl_u(w, page);
	ptl_u(w, pages);
	ptl_end(w);
}

void ptl_area(EVENT, const struct ptl_area_info *area)
{
	ptl_begin(w, 49, time, pid, tid);
	ptl_u(w, area->umem);
	ptl_u(w, area->page);
	ptl_u(w, area->pages);
	ptl_u(w, area->vm_flags);
	ptl_byte(w, area->backing);
	ptl_byte(w, area->traits);
	ptl_string(w, area->file_system);
	ptl_end(w);
}

void ptl_access(EVENT, uint64_t region, uint64_t iova, uint64_t length, uint8_t direction)
{
	ptl_begin(w, 50, time, pid, tid);
	ptl_u(w, region);
	ptl_u(w, iova);
	ptl_u(w, length);
	ptl_byte(w, direction);
	ptl_end(w);
}
