/* SPDX-License-Identifier: Apache-2.0 */
/* What /proc/PID/pagemap says of the pages of live umems. */
#ifndef PINTRAIL_SNAPSHOT_H
#define PINTRAIL_SNAPSHOT_H

#include "recorder.h"

enum { SNAPSHOT_START = 1, SNAPSHOT_SIGNAL = 2, SNAPSHOT_END = 3, SNAPSHOT_LOSS = 4 };

/* Records are written while a snapshot is taken, however long that is. */
struct meanwhile {
	void (*work)(void);     /* what has come */
	void (*catch_up)(void); /* all that has happened up to now */
};

void snapshot_write(struct recorder *r, u8 reason, const struct meanwhile *meanwhile);

#endif
