/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that stay attached from one recording to the next know nothing of the one before. */
#include "attach.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <string.h>

#include "pintrail.skel.h"

void attach_keep(struct attachment *a)
{
	a->variables = need(sizeof *a->bpf->bss);
	memcpy(a->variables, a->bpf->bss, sizeof *a->bpf->bss);
}

static void clear(const struct bpf_map *map)
{
	u8 key[64];
	while (!bpf_map_get_next_key(bpf_map__fd(map), NULL, key))
		bpf_map_delete_elem(bpf_map__fd(map), key);
}

void attach_again(struct attachment *a)
{
	struct bpf_map *map;
	__atomic_store_n(&a->bpf->bss->recording, 0, __ATOMIC_SEQ_CST);
	bpf_object__for_each_map(map, a->bpf->obj) {
		enum bpf_map_type type = bpf_map__type(map);
		if (type == BPF_MAP_TYPE_HASH || type == BPF_MAP_TYPE_LRU_HASH)
			clear(map);
	}
	memcpy(a->bpf->bss, a->variables, sizeof *a->bpf->bss);
}
