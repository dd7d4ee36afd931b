/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who pins, from the raw words of a kernel stack: all that are addresses behind a call. What an earlier call has left
 * behind may be among them; the caller itself, which comes first, is exact.
 */
#include "hold.h"

#define MODULES 0xffffffffa0000000ULL

static u64 text, text_end;

void stack_open(const struct ftrace *f)
{
	text = kernel_symbol(&f->recorder->kernel, "_stext");
	text_end = kernel_symbol(&f->recorder->kernel, "_etext");
}

static bool is_return_address(struct kernel *kernel, u64 word)
{
	const struct symbol *symbol;
	if (word >= text && word < text_end) {
		symbol = kernel_symbol_at(kernel, word);
		return symbol && symbol->address != word; /* else a pointer to the function */
	}
	symbol = word >= MODULES && word < -(1ULL << 24) ? kernel_symbol_at(kernel, word) : NULL;
	return symbol && symbol->module && symbol->address != word;
}

void stack_read(struct ftrace *f, u64 caller, const u64 words[STACK_WORDS], u64 stack[STACK_FRAMES])
{
	struct kernel *kernel = &f->recorder->kernel;
	u32 frames = 0;
	stack[frames++] = caller;
	for (u32 i = 0; i < STACK_WORDS && frames < STACK_FRAMES; i++)
		if (words[i] != caller && is_return_address(kernel, words[i]))
			stack[frames++] = words[i];
	if (frames < STACK_FRAMES)
		stack[frames] = 0;
}
