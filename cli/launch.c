/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "machine.h"
#include "say.h"

#define QEMU_MIN_MAJOR 7
#define QEMU_MIN_MINOR 2
#define ARGS_MAX 80

struct args {
	char *list[ARGS_MAX];
	size_t count;
};

/* Run `qemu --version`: its first line goes to `line`; its exit status. */
static int version_line(const char *qemu, char *line, int size)
{
	int fds[2], status;
	FILE *in;
	pid_t pid;

	if (pipe(fds) < 0 || (pid = fork()) < 0) {
		die(STATUS_NO_SETUP, "cannot start %s: %s", qemu,
		    strerror(errno));
	}
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execlp(qemu, qemu, "--version", (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	in = fdopen(fds[0], "r");
	if (!in || !fgets(line, size, in)) {
		*line = 0;
	}
	if (in) {
		fclose(in);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status)) {
		return -1;
	}
	return WEXITSTATUS(status);
}

void launch_check(const char *qemu)
{
	unsigned int major, minor;
	char line[256];
	const char *version;
	int status = version_line(qemu, line, sizeof(line));

	if (status == 127) {
		die(STATUS_NO_SETUP, "%s: not found or not a program; "
		    "install qemu-system-arm, or name it with --qemu", qemu);
	}
	version = strstr(line, "version ");
	if (!version ||
	    sscanf(version, "version %u.%u", &major, &minor) != 2) {
		die(STATUS_NO_SETUP, "%s: not QEMU (it does not tell its "
		    "version)", qemu);
	}
	if (major < QEMU_MIN_MAJOR ||
	    (major == QEMU_MIN_MAJOR && minor < QEMU_MIN_MINOR)) {
		die(STATUS_NO_SETUP, "%s: version %u.%u is older than %d.%d",
		    qemu, major, minor, QEMU_MIN_MAJOR, QEMU_MIN_MINOR);
	}
}

static void add(struct args *a, const char *option, char *value)
{
	if (a->count + 3 > ARGS_MAX) {
		die(STATUS_NO_SETUP, "QEMU's command line is too long");
	}
	a->list[a->count++] = text("%s", option);
	if (value) {
		a->list[a->count++] = value;
	}
}

/* In a list of QEMU options a comma in a value is written twice. */
static char *escaped(const char *value)
{
	char *out = malloc(2 * strlen(value) + 1), *to = out;

	if (!out) {
		die(STATUS_NO_SETUP, "out of memory");
	}
	for (; *value; value++) {
		if (*value == ',') {
			*to++ = ',';
		}
		*to++ = *value;
	}
	*to = 0;
	return out;
}

static char *machine_of(const struct launch *l)
{
	return text("virt,gic-version=%s%s", l->gic + 1,
		    l->hyp ? ",virtualization=on" : "");
}

/*
 * QARMA, the architected pointer authentication, is two to three times as
 * slow in QEMU as its own; no other model knows the property.
 */
static char *cpu_of(const struct launch *l)
{
	return text("%s%s", l->cpu,
		    strcmp(l->cpu, "max") ? "" : ",pauth-impdef=on");
}

static void add_hypervisor(struct args *a, const struct launch *l)
{
	add(a, "-kernel", text("%s", l->hyp));
	add(a, "-append", text("%s", l->hyp_args));
	add(a, "-device", text("guest-loader,addr=0x%llx,kernel=%s,bootargs=%s",
			       (unsigned long long)l->kernel_pa,
			       escaped(l->kernel), escaped(l->bootargs)));
	if (l->initrd) {
		add(a, "-device", text("guest-loader,addr=0x%llx,initrd=%s",
				       (unsigned long long)l->initrd_pa,
				       escaped(l->initrd)));
	}
	add(a, "-drive", text("if=pflash,unit=1,format=raw,file=%s",
			      escaped(l->record)));
}

/*
 * Transport 0 has the lowest address, where guests begin to look; in the PCIe
 * host, slot 0 is the host's.
 */
static void add_disks(struct args *a, const struct launch *l)
{
	unsigned int mmio = 0, pci = 0, i;

	if (l->nr_disks) {
		add(a, "-global", text("virtio-mmio.force-legacy=false"));
	}
	for (i = 0; i < l->nr_disks; i++) {
		const struct disk *disk = &l->disks[i];

		add(a, "-drive", text("if=none,id=disk%u,format=raw%s,file=%s",
				      i, disk->read_only ? ",readonly=on" : "",
				      escaped(disk->file)));
		add(a, "-device",
		    disk->pci ? text("virtio-blk-pci,drive=disk%u,bus=pcie.0,"
				     "addr=%u", i, ++pci) :
				text("virtio-blk-device,drive=disk%u,"
				     "bus=virtio-mmio-bus.%u", i, mmio++));
	}
}

char **launch_argv(const struct launch *l)
{
	struct args *a = calloc(1, sizeof(*a));
	unsigned int memory = l->memory + (l->hyp ? HYP_MEMORY_MIB : 0);

	if (!a) {
		die(STATUS_NO_SETUP, "out of memory");
	}
	add(a, l->qemu, NULL);
	add(a, "-M", machine_of(l));
	add(a, "-cpu", cpu_of(l));
	add(a, "-smp", text("%u", l->cpus));
	add(a, "-m", text("%u", memory));
	add(a, "-nodefaults", NULL);
	add(a, "-display", text("none"));
	if (l->interactive) {
		add(a, "-serial", text("mon:stdio"));
	} else {
		add(a, "-chardev", text("stdio,id=console,signal=off"));
		add(a, "-serial", text("chardev:console"));
	}
	if (l->reset_ends) {
		add(a, "-no-reboot", NULL);
	}
	if (l->icount) {
		add(a, "-icount", text("shift=0"));
	}
	add_disks(a, l);
	if (l->hyp) {
		add_hypervisor(a, l);
	} else {
		add(a, "-kernel", text("%s", l->kernel));
		add(a, "-append", text("%s", l->bootargs));
		if (l->initrd) {
			add(a, "-initrd", text("%s", l->initrd));
		}
	}
	return a->list;
}

void launch_show(char **argv)
{
	for (; *argv; argv++) {
		bool quote = strpbrk(*argv, " \t\"$&;|<>()*?") || !**argv;

		fprintf(stderr, quote ? "'%s'" : "%s", *argv);
		fputc(argv[1] ? ' ' : '\n', stderr);
	}
}
