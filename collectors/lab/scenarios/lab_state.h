/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of struct lab, for the library's own files only. */
#ifndef LAB_STATE_H
#define LAB_STATE_H

#include "lab.h"
#include "lab_hold.h"

#define LAB_REGIONS 64

/* Rows go out in one write(2) per full buffer: appending processes interleave by whole rows, and no allocation takes
 * the address range that a scenario has just unmapped. */
struct lab_csv {
    int fd;
    size_t used;
    char rows[32768];
};

struct lab_region {
    struct ibv_mr *mr;
    int access;
};

/* What holds pages without being a memory region. */
struct lab_hold {
    char *va;
    size_t length;
    lab_hold_reader read; /* NULL: not compared */
    void *holder;
};

struct lab {
    struct ibv_context *context;
    struct ibv_pd *pd;
    struct ibv_cq *cq;
    struct ibv_qp *reader, *target; /* connected to each other on the same port */
    union ibv_gid gid;
    int gid_index;

    /* The first region is the landing buffer: the target of RDMA READs, healthy throughout. */
    struct lab_region regions[LAB_REGIONS];
    int region_count;
    char *landing;

    struct lab_hold holds[LAB_REGIONS];
    int hold_count;

    int marker, pagemap, scratch;
    struct lab_csv truth, data;
};

void lab_connect(struct lab *lab);
void lab_disconnect(struct lab *lab);
void lab_csv_open(struct lab_csv *csv, const char *suffix, const char *header);
__attribute__((format(printf, 2, 3))) void lab_csv_row(struct lab_csv *csv, const char *format, ...);
void lab_csv_flush(struct lab_csv *csv);

#define LAB_TRUTH_HEADER "mark,pid,lkey,va,pfn,present\n"
int lab_open_marker(void);
void lab_write_mark(int marker, const char *mark);
/* The pagemap of every region, as rows of a mark that may be another process's. */
void lab_truth(struct lab *lab, const char *mark);
#endif
