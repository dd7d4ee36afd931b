/* SPDX-License-Identifier: Apache-2.0 */
/* The random walk's processes: a barrier whose number of members changes, and children that must not die unnoticed. */
#include "lab.h"
#include "walk.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct crowd *crowd;
static volatile pid_t children[WALK_MEMBERS];

static void on_child(int signal)
{
    (void)signal;
    int saved = errno, status;
    for (int i = 0; i < WALK_MEMBERS; i++) {
        if (children[i] <= 0 || waitpid(children[i], &status, WNOHANG) <= 0)
            continue;
        children[i] = 0;
        if (WIFSIGNALED(status) ? WTERMSIG(status) != SIGKILL : WEXITSTATUS(status) != 0) {
            static const char line[] = "walk: a process failed, the others are ended\n";
            (void)!write(STDERR_FILENO, line, sizeof line - 1);
            kill(0, SIGKILL);
        }
    }
    errno = saved;
}

void crowd_open(void)
{
    pthread_mutexattr_t shared_lock;
    pthread_condattr_t shared_condition;
    crowd = mmap(NULL, sizeof *crowd, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (crowd == MAP_FAILED)
        lab_fail("cannot share memory with the walk's processes");
    pthread_mutexattr_init(&shared_lock);
    pthread_mutexattr_setpshared(&shared_lock, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(&crowd->lock, &shared_lock);
    pthread_condattr_init(&shared_condition);
    pthread_condattr_setpshared(&shared_condition, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&crowd->moved, &shared_condition);
}

int crowd_invite(void)
{
    pthread_mutex_lock(&crowd->lock);
    int invited = crowd->members < WALK_MEMBERS;
    crowd->members += invited;
    pthread_mutex_unlock(&crowd->lock);
    return invited;
}

static void enter_pid(pid_t old, pid_t new)
{
    for (int i = 0; i < WALK_MEMBERS; i++)
        if (crowd->pid[i] == old) {
            crowd->pid[i] = new;
            return;
        }
}

void crowd_join(void)
{
    pthread_mutex_lock(&crowd->lock);
    enter_pid(0, getpid());
    pthread_mutex_unlock(&crowd->lock);
}

static void go_on(void)
{
    crowd->standing = 0;
    crowd->generation++;
    pthread_cond_broadcast(&crowd->moved);
}

void crowd_leave(pid_t pid)
{
    pthread_mutex_lock(&crowd->lock);
    enter_pid(pid, 0);
    if (--crowd->members == crowd->standing && crowd->standing)
        go_on();
    pthread_mutex_unlock(&crowd->lock);
}

void crowd_stand(void)
{
    pthread_mutex_lock(&crowd->lock);
    unsigned generation = crowd->generation;
    if (++crowd->standing == crowd->members)
        go_on();
    while (crowd->generation == generation)
        pthread_cond_wait(&crowd->moved, &crowd->lock);
    pthread_mutex_unlock(&crowd->lock);
}

pid_t crowd_fork(void)
{
    sigset_t child, before;
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    pthread_sigmask(SIG_BLOCK, &child, &before);
    int slot = 0;
    while (slot < WALK_MEMBERS && !__sync_bool_compare_and_swap(&children[slot], 0, -1))
        slot++;
    pid_t pid = slot < WALK_MEMBERS ? fork() : -1;
    if (!pid)
        memset((void *)children, 0, sizeof children);
    else if (slot < WALK_MEMBERS)
        children[slot] = pid > 0 ? pid : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    /* The signal may have gone to a thread that did not block it, before the number was noted. */
    if (pid > 0)
        on_child(SIGCHLD);
    return pid;
}

void crowd_reap(void)
{
    for (int i = 0; i < WALK_MEMBERS; i++)
        while (children[i]) {
            on_child(SIGCHLD);
            usleep(2000);
        }
}
