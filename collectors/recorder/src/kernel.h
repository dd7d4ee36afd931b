/* SPDX-License-Identifier: Apache-2.0 */
/* The running kernel: version, symbols, types. */
#ifndef PINTRAIL_KERNEL_H
#define PINTRAIL_KERNEL_H

#include "base.h"

#define KERNEL_ADDRESSES 0xff00000000000000ULL /* from here on; also with five levels of page tables */

struct btf;

struct symbol {
	u64 address;
	const char *name;
	const char *module; /* NULL: the kernel proper */
};

struct kernel {
	char release[65], machine[65], hostname[65];
	u32 version; /* major << 8 | minor */
	struct symbol *symbols; /* in the order of /proc/kallsyms */
	size_t symbol_count;
	u32 *by_name; /* hash table of symbol numbers + 1 */
	size_t name_mask;
	const struct symbol **by_address; /* NULL until the first search by address */
	struct btf *types;           /* vmlinux; NULL until they are read */
	struct btf *module_types[3]; /* ib_core, ib_uverbs, rdma_rxe; NULL without module BTF */
};

/* Dies in one line when this kernel cannot be recorded from. */
void kernel_open(struct kernel *kernel);

/* The types too, which only eBPF needs. Dies where there are none. */
void kernel_read_types(struct kernel *kernel);

/* Behind a refusal that lockdown may be the reason of: "" when it is known not to be. */
const char *kernel_lockdown_hint(void);

/* Address of a symbol, 0 if there is none. */
u64 kernel_symbol(const struct kernel *kernel, const char *name);

/* The symbol an address is in or behind, NULL if there is none. */
const struct symbol *kernel_symbol_at(struct kernel *kernel, u64 address);

/* Name of the function an address is in, "" if none. */
const char *kernel_function(struct kernel *kernel, u64 address);

/* Whether a function can be the target of fentry and fexit. */
bool kernel_has_function_type(const struct kernel *kernel, const char *name);

/* Byte offset of a member (also of one in an anonymous member), -1 if the type or member is unknown. */
int kernel_offset(const struct kernel *kernel, const char *type, const char *member);

/* Size of a structure, 0 if unknown. */
u32 kernel_size(const struct kernel *kernel, const char *type);

/* Value of an enumerator anywhere in the types, or otherwise. */
u32 kernel_enumerator(const struct kernel *kernel, const char *name, u32 otherwise);

#endif
