/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PINTRAIL_SETTINGS_H
#define PINTRAIL_SETTINGS_H

#include "attach.h"
#include "recorder.h"

/* What the programs must know of this kernel before they are loaded. */
void settings_fill(struct settings *settings, const struct kernel *kernel, bool scope_all, bool no_stacks);

/* What can be read only with them: where the kernel keeps its page tables and struct pages. */
void layout_read(struct attachment *a, struct recorder *r);

/* The GUP flags of this kernel. */
void flags_fill(struct recorder *r);

#endif
