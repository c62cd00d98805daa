/* measure FD PROGRAM ARGS...: runs the program and writes "microseconds-of-CPU peak-KB wait-status" to the descriptor FD.
 * A process of its own, and a small one: the peak of a child counts what its parent held when it was forked. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct rusage usage;
    int status, fd;
    pid_t pid;

    if (argc < 3)
        return 2;
    fd = atoi(argv[1]);
    pid = fork();
    if (pid < 0)
        return 1;
    if (pid == 0) {
        close(fd);
        execv(argv[2], argv + 2);
        _exit(127);
    }
    if (wait4(pid, &status, 0, &usage) != pid)
        return 1;
    dprintf(fd, "%ld %ld %d\n",
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec,
            usage.ru_maxrss, status);
    return 0;
}
