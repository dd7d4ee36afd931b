/* SPDX-License-Identifier: Apache-2.0 */
/* Disks in memory, and a file system on one of them. */
#include "lab.h"

#include <stdio.h>
#include <stdlib.h>

static bool run(const char *command)
{
    return system(command) == 0;
}

bool lab_disks_open(void)
{
    return run("modprobe brd rd_nr=2 rd_size=49152 2>/dev/null");
}

bool lab_disk_mount(void)
{
    return run("mkdir -p /disk && mke2fs /dev/ram1 >/dev/null 2>&1 && modprobe ext4 && mount -t ext4 /dev/ram1 /disk");
}

void lab_disks_close(void)
{
    if (!run("umount /disk && rmmod brd"))
        lab_fail("the disks stay");
}
