/* SPDX-License-Identifier: Apache-2.0 */
/* What a scenario asks of the recorder that started it: a snapshot, which makes good what was lost. */
#include "lab.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

pid_t lab_recorder(void)
{
    char path[32], name[32] = "";
    snprintf(path, sizeof path, "/proc/%d/comm", getppid());
    FILE *comm = fopen(path, "re");
    int known = comm && fgets(name, sizeof name, comm) && !strcmp(name, "pintrail-record\n");
    if (comm)
        fclose(comm);
    return known ? getppid() : 0;
}

/* Until the recorder has taken the signal that it was sent, however long it is kept from running. */
static void await_answer(pid_t recorder)
{
    char path[32], line[128];
    unsigned long long pending = 1;
    snprintf(path, sizeof path, "/proc/%d/status", recorder);
    while (pending) {
        FILE *status = fopen(path, "re");
        pending = 0;
        while (status && fgets(line, sizeof line, status))
            if (sscanf(line, "ShdPnd: %llx", &pending) == 1)
                break;
        if (status)
            fclose(status);
        pending &= 1ULL << (SIGUSR1 - 1);
        usleep(2000);
    }
}

void lab_heal(pid_t recorder)
{
    /* It takes the second one when the first one's snapshot is done. */
    for (int i = 0; i < 2; i++)
        if (recorder && !kill(recorder, SIGUSR1))
            await_answer(recorder);
}
