/* SPDX-License-Identifier: Apache-2.0 */
/*
 * userfaultfd write-protects a healthy writable region and lifts that again, as live snapshots do, then the CPU stores.
 * Expected: on 5.10 every page is stale, for the reason given in mprotect-cycle; on 6.1, 6.12 and 7.2 none.
 */
#include "lab.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGES 16

static void write_protect(int uffd, char *buffer, uint64_t mode)
{
    struct uffdio_writeprotect request = {.range = {(uintptr_t)buffer, PAGES * LAB_PAGE}, .mode = mode};
    if (ioctl(uffd, UFFDIO_WRITEPROTECT, &request))
        lab_fail("UFFDIO_WRITEPROTECT");
}

int main(void)
{
    struct lab *lab = lab_open();
    int uffd = syscall(SYS_userfaultfd, O_CLOEXEC);
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_PAGEFAULT_FLAG_WP};
    if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api))
        lab_fail("this kernel has no userfaultfd with write protection");
    char *buffer = lab_map(PAGES);
    lab_store(buffer, PAGES);
    struct uffdio_register range = {.range = {(uintptr_t)buffer, PAGES * LAB_PAGE}, .mode = UFFDIO_REGISTER_MODE_WP};
    if (ioctl(uffd, UFFDIO_REGISTER, &range))
        lab_fail("UFFDIO_REGISTER");
    lab_register(lab, buffer, PAGES * LAB_PAGE, LAB_RW);
    lab_mark_and_compare(lab, "registered");
    lab_say("write-protect all pages through userfaultfd");
    write_protect(uffd, buffer, UFFDIO_WRITEPROTECT_MODE_WP);
    lab_mark_and_compare(lab, "protected");
    lab_say("lift the protection");
    write_protect(uffd, buffer, 0);
    lab_mark_and_compare(lab, "lifted");
    lab_say("store to all pages");
    lab_store(buffer, PAGES);
    lab_mark_and_compare(lab, "stored");
    close(uffd);
    lab_close(lab);
    return 0;
}
