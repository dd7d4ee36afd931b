/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void child_prepare(struct child *child, char **command, const void *signals)
{
	int gate[2];
	*child = (struct child){ .gate = -1 };
	if (!command)
		return;
	if (pipe2(gate, O_CLOEXEC) || (child->pid = fork()) < 0)
		die("cannot start %s: %s", command[0], strerror(errno));
	if (child->pid) {
		close(gate[0]);
		child->gate = gate[1];
		return;
	}
	char go;
	close(gate[1]);
	/* The recorder ends without letting go: nothing to do here any more. */
	if (read(gate[0], &go, 1) != 1)
		_exit(127);
	sigprocmask(SIG_UNBLOCK, signals, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(command[0], command);
	int error = errno;
	warn("cannot run %s: %s", command[0], strerror(error));
	_exit(error == ENOENT ? 127 : 126);
}

void child_start(struct child *child)
{
	if (child->gate < 0)
		return;
	if (write(child->gate, "", 1) != 1)
		warn("the COMMAND has gone before its start");
	close(child->gate);
	child->gate = -1;
}

bool child_reap(struct child *child)
{
	int status;
	if (!child->pid || child->ended)
		return child->ended;
	if (waitpid(child->pid, &status, WNOHANG) != child->pid)
		return false;
	child->ended = true;
	child->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return true;
}

void child_kill(struct child *child, int signal)
{
	if (child->pid && !child->ended)
		kill(child->pid, signal);
}
