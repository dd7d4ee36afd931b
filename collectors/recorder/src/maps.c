/* SPDX-License-Identifier: Apache-2.0 */
#include "maps.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A line is "start-end perms offset device inode path". */
static bool parse(char *line, struct mapping *mapping)
{
	unsigned long start, end, offset, inode;
	char permissions[8];
	int path = 0;
	if (sscanf(line, "%lx-%lx %7s %lx %*s %lu %n", &start, &end, permissions, &offset, &inode, &path) < 5 || !inode)
		return false;
	char *deleted = strstr(line + path, " (deleted)");
	if (deleted && !deleted[10])
		*deleted = 0;
	*mapping = (struct mapping){ start, end, offset, inode, strchr(permissions, 'x') != NULL, line + path };
	return true;
}

bool maps_read(struct maps *maps, u32 pid)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%u/maps", pid);
	struct maps new = { .text = read_text(path) };
	size_t room = 0;
	for (char *line = new.text, *next; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = 0;
		if (new.count == room)
			new.list = need_more(new.list, (room = room ? room * 2 : 64) * sizeof *new.list);
		new.count += parse(line, &new.list[new.count]);
	}
	if (!new.count) {
		maps_free(&new);
		return false;
	}
	maps_free(maps);
	*maps = new;
	return true;
}

void maps_free(struct maps *maps)
{
	free(maps->list);
	free(maps->text);
	*maps = (struct maps){};
}

const struct mapping *maps_find(const struct maps *maps, u64 address)
{
	size_t low = 0, high = maps->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (maps->list[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < maps->count && maps->list[low].start <= address ? &maps->list[low] : NULL;
}

bool maps_contain(const struct maps *maps, const struct maps *others)
{
	for (size_t i = 0; i < others->count; i++) {
		const struct mapping *other = &others->list[i], *here = maps_find(maps, other->start);
		if (other->executable && (!here || !here->executable || here->inode != other->inode ||
					  here->start - here->offset != other->start - other->offset))
			return false;
	}
	return true;
}

int maps_open(const struct mapping *mapping, u32 pid)
{
	char paths[3][4200];
	struct stat file;
	snprintf(paths[0], sizeof paths[0], "/proc/%u/map_files/%llx-%llx", pid, (unsigned long long)mapping->start,
		 (unsigned long long)mapping->end);
	snprintf(paths[1], sizeof paths[1], "/proc/%u/root%s", pid, mapping->path);
	snprintf(paths[2], sizeof paths[2], "%s", mapping->path);
	for (int i = 0; i < 3; i++) {
		int fd = open(paths[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		/* The first is the mapped file whatever its number (overlayfs has numbers of its own). */
		if (fd >= 0 && !fstat(fd, &file) && (!i || file.st_ino == mapping->inode) && S_ISREG(file.st_mode))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}
