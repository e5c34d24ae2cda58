/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's version and its command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
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

static void take_version(struct child *c, const char *line)
{
	const char *version = strstr(line, "version ");
	unsigned int *found = c->context;

	if (version && !found[0]) {
		sscanf(version, "version %u.%u", &found[0], &found[1]);
	}
}

unsigned int launch_check(const char *qemu)
{
	unsigned int found[2] = { 0 };
	struct child c = { .line = take_version, .context = found };

	child_run(&c, (char *[]){ (char *)qemu, (char *)"--version", NULL });
	if (c.status == CHILD_NOT_STARTED) {
		die(STATUS_NO_SETUP,
		    "%s: not found or not a program; "
		    "install qemu-system-arm, or name it with --qemu",
		    qemu);
	}
	if (!found[0]) {
		die(STATUS_NO_SETUP,
		    "%s: not QEMU (it does not tell its "
		    "version)",
		    qemu);
	}
	if (found[0] < QEMU_MIN_MAJOR ||
	    (found[0] == QEMU_MIN_MAJOR && found[1] < QEMU_MIN_MINOR)) {
		die(STATUS_NO_SETUP, "%s: version %u.%u is older than %d.%d",
		    qemu, found[0], found[1], QEMU_MIN_MAJOR, QEMU_MIN_MINOR);
	}
	return found[0];
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

/* QEMU splits its options at commas; one that belongs to a value is doubled. */
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
		    l->hyp || l->el2 ? ",virtualization=on" : "");
}

/*
 * "max" has pointer authentication.  Its architected algorithm, QARMA, makes
 * QEMU two to three times as slow as QEMU's own; no other model that has EL2
 * knows the property that chooses.
 */
static char *cpu_of(const struct launch *l)
{
	return text("%s%s", l->cpu,
		    strcmp(l->cpu, "max") ? "" : ",pauth-impdef=on");
}

/*
 * QEMU boots the hypervisor as its kernel; the guest-loader puts the guest's
 * files in RAM and says in the device tree where they are.
 */
static void add_hypervisor(struct args *a, const struct launch *l)
{
	add(a, "-kernel", text("%s", l->hyp));
	add(a, "-append", text("%s", l->hyp_args));
	add(a, "-device",
	    text("guest-loader,addr=0x%llx,kernel=%s,bootargs=%s",
		 (unsigned long long)l->kernel_pa, escaped(l->kernel),
		 escaped(l->bootargs)));
	if (l->initrd) {
		add(a, "-device",
		    text("guest-loader,addr=0x%llx,initrd=%s",
			 (unsigned long long)l->initrd_pa, escaped(l->initrd)));
	}
	add(a, "-drive",
	    text("if=pflash,unit=1,format=raw,file=%s", escaped(l->record)));
}

/*
 * Disks go into virtio-mmio transports from 0 on, the lowest address, so that
 * guests find them in the order in which they were given; on PCI into slots
 * from 1 on, as slot 0 is the PCIe host itself.
 */
static void add_disks(struct args *a, const struct launch *l)
{
	unsigned int mmio = 0, pci = 0, i;

	if (l->nr_disks) {
		add(a, "-global", text("virtio-mmio.force-legacy=false"));
	}
	for (i = 0; i < l->nr_disks; i++) {
		const struct disk *disk = &l->disks[i];

		add(a, "-drive",
		    text("if=none,id=disk%u,format=raw%s,file=%s", i,
			 disk->read_only ? ",readonly=on" : "",
			 escaped(disk->file)));
		add(a, "-device",
		    disk->pci ? text("virtio-blk-pci,drive=disk%u,bus=pcie.0,"
				     "addr=%u",
				     i, ++pci) :
				text("virtio-blk-device,drive=disk%u,"
				     "bus=virtio-mmio-bus.%u",
				     i, mmio++));
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
	if (l->plugin) {
		add(a, "-plugin", text("%s", l->plugin));
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

/* A word as a shell reads it: in quotes unless it is plain. */
static void show_word(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789%+,-./:=@_";

	if (*word && !word[strspn(word, plain)]) {
		fputs(word, stderr);
		return;
	}
	fputc('\'', stderr);
	for (; *word; word++) {
		if (*word == '\'') {
			fputs("'\\'", stderr);
		}
		fputc(*word, stderr);
	}
	fputc('\'', stderr);
}

void launch_show(char **argv)
{
	for (; *argv; argv++) {
		show_word(*argv);
		fputc(argv[1] ? ' ' : '\n', stderr);
	}
}
