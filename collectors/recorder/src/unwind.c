/* SPDX-License-Identifier: Apache-2.0 */
#include "unwind.h"

#include "maps.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_PROCESSES 64
#define MAPS_AGE_NS (NS_PER_S / 10)
#define MAX_NAMES (1 << 20)

struct process {
	struct unwinder *unwinder;
	u32 pid;
	bool ended;
	u64 read_at, used_at;
	struct maps maps;
	Dwfl *dwfl; /* of the modules that were needed so far */
	bool attached;
	struct table frames; /* known ones by address and whether it is that of an instruction */
	const struct user_stack_record *stack;
	struct frame *into;
	u32 count, room;
};

const char *unwind_name(struct unwinder *unwinder, const char *name)
{
	u64 hash = 14695981039346656037ULL;
	size_t length = strlen(name);
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (u8)name[i]) * 1099511628211ULL;
	char *known = table_get(&unwinder->names, hash, length);
	if (known && !strcmp(known, name))
		return known;
	if (known || unwinder->names.used >= MAX_NAMES)
		return "";
	known = need(length + 1);
	memcpy(known, name, length + 1);
	table_put(&unwinder->names, hash, length, known);
	return known;
}

static void hex_of(const u8 *bytes, int count, char *text)
{
	for (int i = 0; i < count; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
	text[2 * count] = 0;
}

/* Symbols of stripped files, where a debug package is installed; not through debuginfod, which is libdw's default too. */
static int find_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base, const char *file,
			  const char *link, GElf_Word crc, char **debug_file)
{
	const u8 *id;
	GElf_Addr at;
	char path[200], hex[2 * 64 + 1];
	int bytes = dwfl_module_build_id(module, &id, &at);
	(void)data, (void)name, (void)base, (void)file, (void)link, (void)crc;
	if (bytes < 2 || bytes > 64)
		return -1;
	hex_of(id, bytes, hex);
	snprintf(path, sizeof path, "/usr/lib/debug/.build-id/%.2s/%s.debug", hex, hex + 2);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		*debug_file = strdup(path);
	return fd;
}

static const Dwfl_Callbacks finders = { .find_debuginfo = find_debuginfo };

static void forget_modules(struct process *process)
{
	for (size_t i = 0; process->frames.slots && i <= process->frames.mask; i++)
		free(process->frames.slots[i].value);
	free(process->frames.slots);
	process->frames = (struct table){};
	if (process->dwfl)
		dwfl_end(process->dwfl);
	process->dwfl = NULL;
	process->attached = false;
}

void unwind_forget(struct unwinder *unwinder, u32 pid)
{
	struct process *process = table_remove(&unwinder->processes, pid, 0);
	if (!process)
		return;
	forget_modules(process);
	maps_free(&process->maps);
	free(process);
	unwinder->count--;
}

void unwind_ended(struct unwinder *unwinder, u32 pid)
{
	struct process *process = table_get(&unwinder->processes, pid, 0);
	if (process)
		process->ended = true;
}

static void make_room(struct unwinder *unwinder)
{
	struct process *oldest = NULL;
	if (unwinder->count < MAX_PROCESSES)
		return;
	for (size_t i = 0; i <= unwinder->processes.mask; i++) {
		struct process *process = unwinder->processes.slots[i].value;
		if (process && (!oldest || process->used_at < oldest->used_at))
			oldest = process;
	}
	unwind_forget(unwinder, oldest->pid);
}

static struct process *process_of(struct unwinder *unwinder, u32 pid)
{
	struct process *process = table_get(&unwinder->processes, pid, 0);
	if (!process) {
		make_room(unwinder);
		process = need_zero(sizeof *process);
		process->unwinder = unwinder;
		process->pid = pid;
		table_put(&unwinder->processes, pid, 0, process);
		unwinder->count++;
	}
	process->used_at = now_ns();
	return process;
}

static void read_maps(struct process *process)
{
	struct maps new = {};
	if (process->ended || (process->read_at && process->used_at - process->read_at < MAPS_AGE_NS))
		return;
	process->read_at = process->used_at;
	if (!maps_read(&new, process->pid)) {
		process->ended = true;
		return;
	}
	if (!maps_contain(&new, &process->maps))
		forget_modules(process);
	maps_free(&process->maps);
	process->maps = new;
}

void unwind_expect(struct unwinder *unwinder, u32 pid)
{
	if (!table_get(&unwinder->processes, pid, 0))
		read_maps(process_of(unwinder, pid));
}

/* Where the first segment of the file begins in memory; 0 if this is no program or library. */
static u64 base_of(int fd, const struct mapping *mapping)
{
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	GElf_Ehdr header;
	GElf_Phdr segment;
	size_t count = 0;
	u64 first = 0, base = 0;
	bool seen = false;
	if (elf && gelf_getclass(elf) == ELFCLASS64 && gelf_getehdr(elf, &header) && header.e_machine == EM_X86_64 &&
	    (header.e_type == ET_DYN || header.e_type == ET_EXEC) && !elf_getphdrnum(elf, &count))
		for (size_t i = 0; i < count && gelf_getphdr(elf, i, &segment); i++) {
			if (segment.p_type != PT_LOAD)
				continue;
			if (!seen)
				first = segment.p_vaddr & -segment.p_align;
			seen = true;
			u64 from = segment.p_offset & -PAGE_BYTES;
			if (mapping->offset >= from && mapping->offset < segment.p_offset + segment.p_filesz)
				base = mapping->start - (segment.p_vaddr & -PAGE_BYTES) - (mapping->offset - from) + first;
		}
	elf_end(elf);
	return base;
}

/* Opens the ELF file of an address, if there is one and it has not been opened. */
static void need_module(struct process *process, u64 address)
{
	const struct mapping *mapping = maps_find(&process->maps, address);
	if (!mapping || !mapping->executable || (process->dwfl && dwfl_addrmodule(process->dwfl, address)))
		return;
	int fd = maps_open(mapping, process->pid);
	u64 base = fd < 0 ? 0 : base_of(fd, mapping);
	if (base && !process->dwfl)
		process->dwfl = dwfl_begin(&finders);
	if (!base || !process->dwfl) {
		if (fd >= 0)
			close(fd);
		return;
	}
	dwfl_report_begin_add(process->dwfl);
	if (!dwfl_report_elf(process->dwfl, mapping->path, mapping->path, fd, base, false))
		close(fd);
	dwfl_report_end(process->dwfl, NULL, NULL);
}

static pid_t only_thread(Dwfl *dwfl, void *process, void **thread)
{
	(void)dwfl;
	pid_t next = *thread ? 0 : (pid_t)((struct process *)process)->stack->head.tid;
	*thread = process;
	return next;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *process, void **thread)
{
	(void)dwfl, (void)tid;
	*thread = process;
	return true;
}

static bool read_word(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *word, void *process)
{
	const struct user_stack_record *stack = ((struct process *)process)->stack;
	u64 offset = address - stack->registers.sp;
	(void)dwfl;
	if (address < stack->registers.sp || offset > stack->bytes || stack->bytes - offset < sizeof *word)
		return false;
	memcpy(word, stack->stack + offset, sizeof *word);
	return true;
}

/* In DWARF's order. */
static bool set_registers(Dwfl_Thread *thread, void *process)
{
	const struct user_registers *r = &((struct process *)process)->stack->registers;
	const Dwarf_Word registers[17] = { r->ax, r->dx, r->cx, r->bx, r->si, r->di, r->bp, r->sp, r->r8,
					   r->r9, r->r10, r->r11, r->r12, r->r13, r->r14, r->r15, r->ip };
	dwfl_thread_state_register_pc(thread, r->ip);
	return dwfl_thread_state_registers(thread, 0, 17, registers);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = only_thread,
	.get_thread = get_thread,
	.memory_read = read_word,
	.set_initial_registers = set_registers,
};

/* exact: the address is of an instruction; else the call came before it, perhaps at the very end of a function. */
static struct frame name_frame(struct process *process, u64 address, bool exact)
{
	struct frame *known = table_get(&process->frames, address, exact);
	if (known)
		return *known;
	struct frame frame = { address, "", "", 0, "", 0 };
	u64 inside = exact ? address : address - 1;
	const struct mapping *mapping = maps_find(&process->maps, inside);
	if (mapping) {
		const char *slash = strrchr(mapping->path, '/');
		frame.module = unwind_name(process->unwinder, slash ? slash + 1 : mapping->path);
		frame.module_offset = address - mapping->start + mapping->offset;
	}
	Dwfl_Module *module = process->dwfl ? dwfl_addrmodule(process->dwfl, inside) : NULL;
	if (module) {
		const u8 *id;
		GElf_Addr at;
		GElf_Off offset = 0;
		GElf_Sym symbol;
		char hex[2 * 64 + 1];
		const char *name = dwfl_module_addrinfo(module, inside, &offset, &symbol, NULL, NULL, NULL);
		int bytes = dwfl_module_build_id(module, &id, &at);
		if (bytes > 0 && bytes <= 64) {
			hex_of(id, bytes, hex);
			frame.build_id = unwind_name(process->unwinder, hex);
		}
		if (name) {
			frame.symbol = unwind_name(process->unwinder, name);
			frame.symbol_offset = offset + (address - inside);
		}
	}
	known = need(sizeof *known);
	*known = frame;
	table_put(&process->frames, address, exact, known);
	return frame;
}

static int take_frame(Dwfl_Frame *state, void *arg)
{
	struct process *process = arg;
	Dwarf_Addr address;
	bool exact;
	if (process->count == process->room || !dwfl_frame_pc(state, &address, &exact) || !address)
		return DWARF_CB_ABORT;
	process->into[process->count++] = name_frame(process, address, exact);
	return DWARF_CB_OK;
}

void unwind_prepare(struct unwinder *unwinder, const struct user_stack_record *stack)
{
	struct process *process = process_of(unwinder, stack->head.pid);
	u64 word;
	read_maps(process);
	need_module(process, stack->registers.ip);
	for (u32 at = 0; at + sizeof word <= stack->bytes; at += sizeof word) {
		memcpy(&word, stack->stack + at, sizeof word);
		need_module(process, word);
	}
}

u32 unwind(struct unwinder *unwinder, const struct user_stack_record *stack, struct frame *frames, u32 room)
{
	struct process *process = process_of(unwinder, stack->head.pid);
	process->stack = stack;
	process->into = frames;
	process->count = 0;
	process->room = room;
	if (process->dwfl && !process->attached)
		process->attached = dwfl_attach_state(process->dwfl, NULL, process->pid, &thread_callbacks, process);
	if (process->attached)
		dwfl_getthread_frames(process->dwfl, stack->head.tid, take_frame, process);
	if (!process->count && stack->registers.ip)
		frames[process->count++] = name_frame(process, stack->registers.ip, true);
	process->stack = NULL;
	return process->count;
}
