/* SPDX-License-Identifier: Apache-2.0 */
/* The random walk's weather: what the kernel does to all processes when it is told to, or when it is let. */
#include "lab.h"
#include "walk.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#define KSM "/sys/kernel/mm/ksm/"
#define THP "/sys/kernel/mm/transparent_hugepage/"
#define SWAP "/dev/ram0"

static int swap_on, khugepaged_on;
static char thp_before[16];

static int set(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int done = fd >= 0 && write(fd, text, strlen(text)) >= 0;
    if (fd >= 0)
        close(fd);
    return done;
}

/* The word in brackets. */
static void read_thp(void)
{
    char text[64] = "";
    int fd = open(THP "enabled", O_RDONLY | O_CLOEXEC);
    if (fd >= 0 && read(fd, text, sizeof text - 1) > 0) {
        char *word = strchr(text, '[');
        if (word)
            sscanf(word, "[%15[a-z]]", thp_before);
    }
    if (fd >= 0)
        close(fd);
}

static int run(const char *command)
{
    return system(command) == 0;
}

void walk_system_open(void)
{
    read_thp();
    set("/proc/sys/vm/nr_hugepages", "14");
    /* Two disks in memory: to swap to, and for a file system that keeps track of what is dirty. */
    if (!lab_disks_open() || !run("mkswap " SWAP " >/dev/null 2>&1"))
        lab_say("no disk in memory here: nothing is swapped");
    else if (!lab_disk_mount())
        lab_say("no ext4 here: its files are files in memory");
    swap_on = !swapon(SWAP, 0);
    set(KSM "pages_to_scan", "2000");
    set(KSM "sleep_millisecs", "5");
    set(THP "khugepaged/pages_to_scan", "2048");
}

void walk_system_step(struct walker *me)
{
    switch (walk_random(me, 12)) {
    case 0:
        set("/proc/sys/vm/compact_memory", "1");
        break;
    case 1:
        set(KSM "use_zero_pages", walk_random(me, 2) ? "1" : "0");
        set(KSM "run", "1");
        break;
    case 2:
        khugepaged_on = 1;
        set(THP "khugepaged/alloc_sleep_millisecs", "5");
        set(THP "khugepaged/scan_sleep_millisecs", "5");
        break;
    case 3:
        if (swap_on)
            swapoff(SWAP);
        swap_on = !swapon(SWAP, 0);
        break;
    case 4:
        set("/proc/sys/vm/drop_caches", walk_random(me, 2) ? "1" : "3");
        break;
    case 5:
        sync();
        break;
    case 6:
        set("/proc/sys/kernel/numa_balancing", walk_random(me, 2) ? "1" : "0");
        break;
    default:
        usleep(walk_random(me, 20000));
    }
}

/* Both writes return when the thread that scans has stopped: ksm_thread_mutex; kthread_stop() in start_stop_khugepaged(). */
void walk_system_still(void)
{
    set(KSM "run", "0");
    if (khugepaged_on)
        set(THP "enabled", "never");
}

void walk_system_on(void)
{
    if (!khugepaged_on)
        return;
    khugepaged_on = 0;
    set(THP "khugepaged/scan_sleep_millisecs", "4294967295");
    set(THP "enabled", thp_before);
}

void walk_system_close(void)
{
    set(KSM "run", "2");
    set(KSM "run", "0");
    if (swap_on)
        swapoff(SWAP);
    run("umount /disk 2>/dev/null");
    set("/proc/sys/vm/nr_hugepages", "0");
}
