/* SPDX-License-Identifier: Apache-2.0 */
#include "kernel.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *const modules[] = { "ib_core", "ib_uverbs", "rdma_rxe" };

static size_t hash_name(const char *name)
{
	size_t hash = 5381;
	while (*name)
		hash = hash * 33 ^ (u8)*name++;
	return hash ^ hash >> 15;
}

static u32 *find_name(const struct kernel *kernel, const char *name)
{
	size_t i = hash_name(name) & kernel->name_mask;
	while (kernel->by_name[i] && strcmp(kernel->symbols[kernel->by_name[i] - 1].name, name))
		i = (i + 1) & kernel->name_mask;
	return &kernel->by_name[i];
}

/* Lines are "address type name [module]"; the names stay where they were read. Of equal names the first counts. */
static void read_symbols(struct kernel *kernel)
{
	char *text = read_text("/proc/kallsyms");
	size_t room = 0;
	if (!text)
		die("cannot read /proc/kallsyms: %s", strerror(errno));
	for (char *line = text, *end; *line; line = end + 1) {
		end = line + strcspn(line, "\n");
		if (!*end)
			break;
		*end = 0;
		char *after;
		u64 address = strtoull(line, &after, 16);
		if (!address || !strchr("tTwWdDbBrR", after[1]))
			continue;
		char *name = after + 3, *module = name + strcspn(name, "\t ");
		if (*module) {
			*module = 0;
			module += strspn(module + 1, "\t [") + 1;
			module[strcspn(module, "]")] = 0;
		} else {
			module = NULL;
		}
		if (kernel->symbol_count == room)
			kernel->symbols = need_more(kernel->symbols, (room = room ? room * 2 : 1 << 17) * sizeof *kernel->symbols);
		kernel->symbols[kernel->symbol_count++] = (struct symbol){ address, name, module };
	}
	if (!kernel->symbol_count)
		die("/proc/kallsyms hides its addresses; run as root with kernel.kptr_restrict at most 1, without lockdown");
	kernel->name_mask = room * 2 - 1;
	kernel->by_name = need_zero((kernel->name_mask + 1) * sizeof *kernel->by_name);
	for (size_t i = 0; i < kernel->symbol_count; i++) {
		u32 *slot = find_name(kernel, kernel->symbols[i].name);
		if (!*slot)
			*slot = i + 1;
	}
}

/* Being root does not say which capabilities there are, in a container for one. */
static void check_capabilities(void)
{
	static const struct {
		int bit;
		const char *name, *use;
	} needed[] = {
		{ 21, "CAP_SYS_ADMIN", "probes and page frame numbers" },
		{ 34, "CAP_SYSLOG", "the addresses in /proc/kallsyms" },
		{ 19, "CAP_SYS_PTRACE", "the page maps of other processes" },
	};
	char *status = read_text("/proc/self/status");
	const char *line = status ? strstr(status, "CapEff:") : NULL;
	u64 effective = line ? strtoull(line + 7, NULL, 16) : ~0ULL;
	free(status);
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (!(effective >> needed[i].bit & 1))
			die("no %s, which is needed for %s; run as root with all capabilities", needed[i].name, needed[i].use);
}

void kernel_open(struct kernel *kernel)
{
	struct utsname name;
	unsigned major = 0, minor = 0;
	*kernel = (struct kernel){};
	uname(&name);
	sscanf(name.release, "%u.%u", &major, &minor);
	kernel->version = major << 8 | minor;
	snprintf(kernel->release, sizeof kernel->release, "%s", name.release);
	snprintf(kernel->machine, sizeof kernel->machine, "%s", name.machine);
	snprintf(kernel->hostname, sizeof kernel->hostname, "%s", name.nodename);
	if (strcmp(name.machine, "x86_64"))
		die("this is %s; x86_64 is needed", name.machine);
	if (kernel->version < (5 << 8 | 10))
		die("Linux %s is too old; 5.10 or newer is needed", name.release);
	if (geteuid())
		die("recording needs root; use sudo");
	check_capabilities();
	read_symbols(kernel);
}

void kernel_read_types(struct kernel *kernel)
{
	char *lockdown = read_text("/sys/kernel/security/lockdown");
	if (lockdown && strstr(lockdown, "[confidentiality]"))
		die("kernel lockdown is at confidentiality, which forbids eBPF to read the kernel; boot with lockdown=integrity or none");
	free(lockdown);
	kernel->types = btf__parse_raw("/sys/kernel/btf/vmlinux");
	if (!kernel->types)
		die("no /sys/kernel/btf/vmlinux; a kernel with CONFIG_DEBUG_INFO_BTF is needed, as Debian's are");
	for (int i = 0; i < 3; i++) {
		char path[64];
		snprintf(path, sizeof path, "/sys/kernel/btf/%s", modules[i]);
		kernel->module_types[i] = access(path, R_OK) ? NULL : btf__parse_split(path, kernel->types);
	}
}

const char *kernel_lockdown_hint(void)
{
	return access("/sys/kernel/security/lockdown", R_OK)
		       ? "; lockdown may be the reason: mount -t securityfs none /sys/kernel/security tells"
		       : "";
}

u64 kernel_symbol(const struct kernel *kernel, const char *name)
{
	u32 found = *find_name(kernel, name);
	return found ? kernel->symbols[found - 1].address : 0;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *left = *(const struct symbol *const *)a, *right = *(const struct symbol *const *)b;
	return left->address < right->address ? -1 : left->address > right->address;
}

static void sort_by_address(struct kernel *kernel)
{
	kernel->by_address = need(kernel->symbol_count * sizeof *kernel->by_address);
	for (size_t i = 0; i < kernel->symbol_count; i++)
		kernel->by_address[i] = &kernel->symbols[i];
	qsort(kernel->by_address, kernel->symbol_count, sizeof *kernel->by_address, by_address);
}

const struct symbol *kernel_symbol_at(struct kernel *kernel, u64 address)
{
	size_t low = 0, high = kernel->symbol_count;
	if (!kernel->by_address)
		sort_by_address(kernel);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (kernel->by_address[middle]->address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? kernel->by_address[low - 1] : NULL;
}

const char *kernel_function(struct kernel *kernel, u64 address)
{
	const struct symbol *symbol = kernel_symbol_at(kernel, address);
	return symbol ? symbol->name : "";
}

static const struct btf *types_at(const struct kernel *kernel, int i)
{
	return i ? kernel->module_types[i - 1] : kernel->types;
}

bool kernel_has_function_type(const struct kernel *kernel, const char *name)
{
	for (int i = 0; i < 4; i++)
		if (types_at(kernel, i) && btf__find_by_name_kind(types_at(kernel, i), name, BTF_KIND_FUNC) > 0)
			return true;
	return false;
}

static int member_offset(const struct btf *btf, const struct btf_type *type, const char *member)
{
	const struct btf_member *members = btf_members(type);
	for (int i = 0; i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(btf, members[i].name_off);
		int offset = btf_member_bit_offset(type, i) / 8;
		if (!strcmp(name, member))
			return offset;
		const struct btf_type *inner = btf__type_by_id(btf, members[i].type);
		while (btf_is_mod(inner))
			inner = btf__type_by_id(btf, inner->type);
		int deeper = *name || !btf_is_composite(inner) ? -1 : member_offset(btf, inner, member);
		if (deeper >= 0)
			return offset + deeper;
	}
	return -1;
}

static const struct btf_type *find_struct(const struct kernel *kernel, const char *type, const struct btf **in)
{
	for (int i = 0; i < 4; i++) {
		int id = types_at(kernel, i) ? btf__find_by_name_kind(types_at(kernel, i), type, BTF_KIND_STRUCT) : -1;
		if (id > 0)
			return btf__type_by_id(*in = types_at(kernel, i), id);
	}
	return NULL;
}

int kernel_offset(const struct kernel *kernel, const char *type, const char *member)
{
	const struct btf *btf;
	const struct btf_type *found = find_struct(kernel, type, &btf);
	return found ? member_offset(btf, found, member) : -1;
}

u32 kernel_size(const struct kernel *kernel, const char *type)
{
	const struct btf *btf;
	const struct btf_type *found = find_struct(kernel, type, &btf);
	return found ? found->size : 0;
}

u32 kernel_enumerator(const struct kernel *kernel, const char *name, u32 otherwise)
{
	for (int t = 0; t < 4; t++) {
		const struct btf *btf = types_at(kernel, t);
		int first = t ? btf__type_cnt(kernel->types) : 1;
		for (int i = first; btf && i < (int)btf__type_cnt(btf); i++) {
			const struct btf_type *type = btf__type_by_id(btf, i);
			const struct btf_enum *values = btf_enum(type);
			for (int v = 0; btf_is_enum(type) && v < btf_vlen(type); v++)
				if (!strcmp(btf__name_by_offset(btf, values[v].name_off), name))
					return values[v].val;
		}
	}
	return otherwise;
}
