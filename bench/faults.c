// SPDX-License-Identifier: Apache-2.0
// Takes N page faults, one a page: the workload whose recording bench/run gives to perf script.
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096UL
#define AT_ONCE (1UL << 16)

int main(int argc, char **argv)
{
	unsigned long left = argc > 1 ? strtoul(argv[1], NULL, 10) : AT_ONCE;

	while (left) {
		unsigned long pages = left < AT_ONCE ? left : AT_ONCE;
		char *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED || madvise(memory, pages * PAGE, MADV_NOHUGEPAGE)) {
			perror("faults");
			return 1;
		}
		for (unsigned long i = 0; i < pages; i++)
			memory[i * PAGE] = 1;
		munmap(memory, pages * PAGE);
		left -= pages;
	}
	return 0;
}
