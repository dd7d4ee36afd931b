/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vfio's type 1 IOMMU with QEMU's edu device, whose DMA engine copies between memory and a buffer of its own. Its own DMA
 * addresses have 28 bits; each transfer takes it a tenth of a second.
 */
#include "lab_state.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define EDU_VENDOR "0x1234"
#define EDU_BUFFER 0x40000UL
#define EDU_BYTES 4096UL
#define TRANSFER_MOST 2048UL /* of QEMU 7.2, whose check of the buffer's end is off by one */
#define START 1
#define TO_MEMORY 2
#define TRANSFER_SECONDS 20
#define FIRST_IOVA 0x100000UL

struct lab_vfio {
    struct lab *lab;
    int container, group, device;
    volatile char *registers;
    size_t registers_bytes;
    char *landing;
    uint64_t landing_iova, next_iova;
    struct {
        char *va;
        size_t length;
        uint64_t iova;
    } map[LAB_REGIONS];
    int maps;
};

/* The PCI address, and the number of its group. */
static int find_edu(char address[32])
{
    glob_t found;
    int group = -1;
    glob("/sys/bus/pci/devices/*", 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc && group < 0; i++) {
        char path[128], text[128] = "";
        snprintf(path, sizeof path, "%.64s/vendor", found.gl_pathv[i]);
        int fd = open(path, O_RDONLY);
        ssize_t got = read(fd, text, sizeof text - 1);
        close(fd);
        if (got <= 0 || strncmp(text, EDU_VENDOR, strlen(EDU_VENDOR)))
            continue;
        snprintf(path, sizeof path, "%.64s/iommu_group", found.gl_pathv[i]);
        got = readlink(path, text, sizeof text - 1);
        text[got > 0 ? got : 0] = 0;
        const char *number = strrchr(text, '/');
        group = number ? atoi(number + 1) : -1;
        snprintf(address, 32, "%.31s", strrchr(found.gl_pathv[i], '/') + 1);
    }
    globfree(&found);
    return group;
}

static uint64_t map(struct lab_vfio *vfio, char *va, size_t length, int write)
{
    struct vfio_iommu_type1_dma_map request = {.argsz = sizeof request,
                                               .flags = VFIO_DMA_MAP_FLAG_READ | (write ? VFIO_DMA_MAP_FLAG_WRITE : 0),
                                               .vaddr = (uintptr_t)va,
                                               .iova = vfio->next_iova,
                                               .size = length};
    if (ioctl(vfio->container, VFIO_IOMMU_MAP_DMA, &request))
        lab_fail("cannot map %zu bytes at %p for the device", length, va);
    vfio->next_iova += (length + 0xfffff) & -0x100000UL;
    return request.iova;
}

static void open_group(struct lab_vfio *vfio)
{
    char address[32], path[64];
    int number = find_edu(address);
    snprintf(path, sizeof path, "/dev/vfio/%d", number);
    errno = 0;
    if (number < 0 || (vfio->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC)) < 0 ||
        (vfio->group = open(path, O_RDWR | O_CLOEXEC)) < 0)
        lab_fail("no edu device that vfio has (%s)", path);
    if (ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container) ||
        ioctl(vfio->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU) ||
        (vfio->device = ioctl(vfio->group, VFIO_GROUP_GET_DEVICE_FD, address)) < 0)
        lab_fail("vfio does not give the device %s", address);
}

static void open_registers(struct lab_vfio *vfio)
{
    struct vfio_region_info bar = {.argsz = sizeof bar, .index = VFIO_PCI_BAR0_REGION_INDEX};
    struct vfio_region_info config = {.argsz = sizeof config, .index = VFIO_PCI_CONFIG_REGION_INDEX};
    uint16_t command;
    if (ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, &bar) ||
        ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, &config))
        lab_fail("no regions of the device");
    vfio->registers_bytes = bar.size;
    vfio->registers = mmap(NULL, bar.size, PROT_READ | PROT_WRITE, MAP_SHARED, vfio->device, bar.offset);
    if (vfio->registers == MAP_FAILED)
        lab_fail("cannot map the device's registers");
    if (pread(vfio->device, &command, sizeof command, config.offset + 4) != sizeof command)
        lab_fail("cannot read the device's configuration");
    command |= 6; /* memory, bus master */
    if (pwrite(vfio->device, &command, sizeof command, config.offset + 4) != sizeof command)
        lab_fail("cannot make the device a bus master");
}

struct lab_vfio *lab_vfio_open(struct lab *lab)
{
    struct lab_vfio *vfio = calloc(1, sizeof *vfio);
    if (!vfio)
        lab_fail("no memory");
    vfio->lab = lab;
    vfio->next_iova = FIRST_IOVA;
    open_group(vfio);
    open_registers(vfio);
    vfio->landing = lab_map(1);
    lab_store(vfio->landing, 1);
    vfio->landing_iova = map(vfio, vfio->landing, LAB_PAGE, 1);
    lab_hold(lab, vfio->landing, LAB_PAGE, NULL, vfio);
    return vfio;
}

static void transfer(struct lab_vfio *vfio, uint64_t from, uint64_t to, uint64_t bytes, uint64_t command)
{
    *(volatile uint64_t *)(vfio->registers + 0x80) = from;
    *(volatile uint64_t *)(vfio->registers + 0x88) = to;
    *(volatile uint64_t *)(vfio->registers + 0x90) = bytes;
    *(volatile uint64_t *)(vfio->registers + 0x98) = command | START;
    time_t deadline = time(NULL) + TRANSFER_SECONDS;
    while (*(volatile uint64_t *)(vfio->registers + 0x98) & START) {
        errno = 0;
        if (time(NULL) > deadline)
            lab_fail("the device does not end a transfer");
        usleep(10000);
    }
}

/* The device reads the page and writes what it has read to the landing page. */
static void read_by_device(void *holder, const char *va, char *to, size_t length)
{
    struct lab_vfio *vfio = holder;
    if (length > TRANSFER_MOST)
        lab_fail("the device reads at most %lu bytes", TRANSFER_MOST);
    for (int i = 0; i < vfio->maps; i++) {
        if (va < vfio->map[i].va || va >= vfio->map[i].va + vfio->map[i].length)
            continue;
        transfer(vfio, vfio->map[i].iova + (va - vfio->map[i].va), EDU_BUFFER, length, 0);
        transfer(vfio, EDU_BUFFER, vfio->landing_iova, length, TO_MEMORY);
        memcpy(to, vfio->landing, length);
        return;
    }
    errno = 0;
    lab_fail("%p is not mapped for the device", va);
}

void lab_vfio_map(struct lab_vfio *vfio, char *va, size_t length, int write)
{
    vfio->map[vfio->maps].va = va;
    vfio->map[vfio->maps].length = length;
    vfio->map[vfio->maps].iova = map(vfio, va, length, write);
    vfio->maps++;
    lab_hold(vfio->lab, va, length, read_by_device, vfio);
}

void lab_vfio_unmap(struct lab_vfio *vfio, char *va)
{
    for (int i = 0; i < vfio->maps; i++) {
        if (vfio->map[i].va != va)
            continue;
        struct vfio_iommu_type1_dma_unmap request = {
            .argsz = sizeof request, .iova = vfio->map[i].iova, .size = vfio->map[i].length};
        if (ioctl(vfio->container, VFIO_IOMMU_UNMAP_DMA, &request))
            lab_fail("cannot unmap %p from the device", va);
        vfio->map[i] = vfio->map[--vfio->maps];
        lab_drop(vfio->lab, va, vfio);
        return;
    }
    errno = 0;
    lab_fail("%p is not mapped for the device", va);
}

void lab_vfio_close(struct lab_vfio *vfio)
{
    munmap((void *)vfio->registers, vfio->registers_bytes);
    close(vfio->device);
    close(vfio->group);
    close(vfio->container);
    while (vfio->maps)
        lab_drop(vfio->lab, vfio->map[--vfio->maps].va, vfio);
    lab_drop(vfio->lab, vfio->landing, vfio);
    munmap(vfio->landing, LAB_PAGE);
    free(vfio);
}
