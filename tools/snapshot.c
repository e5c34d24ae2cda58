/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command vgic-snapshot: from a snapshot (docs/snapshot.md) to the
 * attributes that a VMM saves from KVM (docs/kvm.md), or back.
 *
 * Either way it makes a VM (attrs_vm.c), restores into it what it has read, and
 * saves that in the other form.  It knows neither format itself.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include <vgic/snapshot.h>

#include "attrs.h"

#define USAGE \
	"usage: vgic-snapshot to-attributes SNAPSHOT [FILE]\n" \
	"       vgic-snapshot to-snapshot ATTRIBUTES FILE\n" \
	"       vgic-snapshot info [--json] SNAPSHOT\n" \
	"\n" \
	"Move the state of a GIC between a VMM on KVM and libvgic.\n" \
	"\n" \
	"  to-attributes  what a VMM restores to KVM's device, in order: a\n" \
	"                 line of JSON for each attribute (docs/kvm.md)\n" \
	"  to-snapshot    what vgic_snapshot_restore() reads\n" \
	"  info           what a snapshot is of\n" \
	"\n" \
	"Exit status: 0, or 2 with one line that says what is wrong. FILE\n" \
	"is complete or not there.\n"

/* The largest file that is read. */
#define FILE_LIMIT (1u << 30)

__attribute__((format(printf, 1, 2))) static _Noreturn void
die(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "vgic-snapshot: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

/*
 * A file that gets its name when it is complete: until then it is NAME.partial.
 *  Without `partial` it is standard output.
 */
struct output {
	FILE *file;
	char *partial;
	const char *name;
};

static struct output open_output(const char *name)
{
	struct output out = { .file = stdout, .name = name };

	if (!name || !strcmp(name, "-")) {
		return out;
	}
	out.partial = malloc(strlen(name) + sizeof(".partial"));
	if (!out.partial) {
		die("no memory");
	}
	sprintf(out.partial, "%s.partial", name);
	out.file = fopen(out.partial, "w");
	if (!out.file) {
		die("%s: %s", name, strerror(errno));
	}
	return out;
}

/*
 * A write may fail as late as in fclose(): only after that is the file complete
 * and renamed.
 */
static void close_output(struct output *out)
{
	bool failed = fflush(out->file) || ferror(out->file);

	if (!out->partial) {
		if (failed) {
			die("standard output: %s", strerror(errno));
		}
		return;
	}
	if (fclose(out->file) || failed || rename(out->partial, out->name)) {
		int err = errno;

		unlink(out->partial);
		die("%s: %s", out->name, strerror(err));
	}
	free(out->partial);
}

/* Its size is not asked for first, so that it may be a pipe. */
static void *read_file(const char *name, size_t *length)
{
	FILE *file = fopen(name, "r");
	char *bytes = NULL;
	size_t room = 0, got;

	if (!file) {
		die("%s: %s", name, strerror(errno));
	}
	*length = 0;
	do {
		room = room ? 2 * room : 65536;
		bytes = room > FILE_LIMIT ? NULL : realloc(bytes, room);
		if (!bytes) {
			die("%s: too large", name);
		}
		got = fread(bytes + *length, 1, room - *length, file);
		*length += got;
	} while (*length == room);
	if (ferror(file)) {
		die("%s: %s", name, strerror(errno));
	}
	fclose(file);
	return bytes;
}

/* Which record of a snapshot is wrong, and why. */
static _Noreturn void bad_snapshot(const char *name,
				   const struct vgic_snapshot_where *where)
{
	die("%s: record \"%s\" at byte %u: %s", name,
	    vgic_snapshot_record_name(where->record), where->offset,
	    where->what ? where->what : "it cannot be restored");
}

static struct vgic_snapshot_info describe(const char *name, const void *bytes,
					  size_t length)
{
	struct vgic_snapshot_where where = { 0 };
	struct vgic_snapshot_info info;

	if (vgic_snapshot_describe(bytes, length, &info, &where)) {
		bad_snapshot(name, &where);
	}
	return info;
}

/*
 * The machine that a snapshot is of.  Refuses what KVM's interface has no
 * attributes for.
 */
static void make_machine(const char *name, const void *bytes, size_t length,
			 const struct vgic_snapshot_info *info,
			 struct attrs_machine *m)
{
	bool v5 = info->model == VGIC_GICV5;

	if (info->vcpu != VGIC_SNAPSHOT_NONE) {
		die("%s: vCPU %u alone; a whole VM is needed", name,
		    info->vcpu);
	}
	if (v5 && info->v5.nr_irs != 1) {
		die("%s: %u IRSs; KVM's interface has one", name,
		    info->v5.nr_irs);
	}
	if (info->its.nr_its) {
		die("%s: it has ITSs, whose tables are in the guest's memory; "
		    "only a GICv3 without LPIs can be turned into attributes",
		    name);
	}
	m->model = info->model;
	m->nr_vcpus = info->nr_vcpus;
	m->nr_irqs = v5 ? info->nr_spis : info->nr_spis + 32;
	m->pri_bits = info->pri_bits;
	m->pre_bits = info->pre_bits;
	m->id_bits = info->id_bits;
	m->a3v = info->a3v;
	m->lpi_id_bits = info->v5.lpi_id_bits;
	for (uint32_t n = 0; n < 2; n++) {
		m->ppi_implemented[n] = info->v5.ppi_implemented[n];
		m->ppi_level[n] = info->v5.ppi_level[n];
	}
	for (uint32_t i = 0; i < m->nr_vcpus; i++) {
		if (vgic_snapshot_affinity(bytes, length, i,
					   &m->vcpus[i].mpidr)) {
			die("%s: vCPU %u is missing", name, i);
		}
		m->vcpus[i].id = v5 ? m->vcpus[i].mpidr : i;
	}
}

/* The output is opened last, when nothing but writing can fail. */
static int to_attributes(const char *from, const char *to)
{
	struct vgic_snapshot_where where = { 0 };
	struct vgic_snapshot_info info;
	struct attrs attrs = { 0 };
	struct attrs_error error;
	struct attrs_vm *vm;
	struct output out;
	size_t length;
	void *bytes = read_file(from, &length);

	info = describe(from, bytes, length);
	make_machine(from, bytes, length, &info, &attrs.machine);
	vm = attrs_vm_new(&attrs.machine, true, &error);
	if (!vm) {
		die("%s: %s", from, error.text);
	}
	if (vgic_snapshot_restore(attrs_vm_gic(vm), bytes, length, &where)) {
		bad_snapshot(from, &where);
	}
	if (!attrs_save(attrs_vm_device(vm), &attrs, &error)) {
		die("%s: %s", from, error.text);
	}
	out = open_output(to);
	attrs_write(out.file, &attrs);
	close_output(&out);
	attrs_free(&attrs);
	attrs_vm_free(vm);
	free(bytes);
	return 0;
}

static int to_snapshot(const char *from, const char *to)
{
	FILE *in = strcmp(from, "-") ? fopen(from, "r") : stdin;
	struct attrs_error error;
	struct attrs_vm *vm;
	struct output out;
	struct attrs attrs;
	int64_t size;
	void *bytes;

	if (!in) {
		die("%s: %s", from, strerror(errno));
	}
	if (!attrs_read(in, &attrs, &error)) {
		die("%s: %s", from, error.text);
	}
	vm = attrs_vm_new(&attrs.machine, false, &error);
	if (!vm || !attrs_load(attrs_vm_device(vm), &attrs, &error)) {
		die("%s: %s", from, error.text);
	}
	if (!attrs_vm_gic(vm)) {
		die("%s: nothing initialises the GIC (group 4, attribute 0)",
		    from);
	}
	size = vgic_snapshot_size(attrs_vm_gic(vm));
	bytes = malloc((size_t)size);
	if (size < 0 || !bytes ||
	    vgic_snapshot_save(attrs_vm_gic(vm), bytes, (size_t)size) != size) {
		die("%s: no memory for a snapshot", from);
	}
	out = open_output(to);
	fwrite(bytes, 1, (size_t)size, out.file);
	close_output(&out);
	free(bytes);
	fclose(in);
	attrs_free(&attrs);
	attrs_vm_free(vm);
	return 0;
}

static int show(const char *name, bool json)
{
	struct vgic_snapshot_info info;
	size_t length;
	void *bytes = read_file(name, &length);
	json_t *object;

	info = describe(name, bytes, length);
	object = json_pack("{si si si si si si si}", "version", (int)info.major,
			   "model", (int)info.model, "vcpus",
			   (int)info.nr_vcpus, "spis", (int)info.nr_spis,
			   "records", (int)info.nr_records, "interrupts",
			   (int)info.nr_irqs, "bytes", (int)info.length);
	if (json) {
		json_dumpf(object, stdout, JSON_INDENT(1));
		putchar('\n');
	} else {
		printf("GICv%d, %u vCPUs, %u SPIs; format %u.%u, %u records, "
		       "%u interrupts, %u bytes\n",
		       (int)info.model, info.nr_vcpus, info.nr_spis, info.major,
		       info.minor, info.nr_records, info.nr_irqs, info.length);
	}
	json_decref(object);
	free(bytes);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	bool json = false;
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "hj", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(USAGE, stdout);
			return 0;
		}
		if (option != 'j' && optopt) {
			die("option '-%c' is wrong; see --help", optopt);
		}
		if (option != 'j') {
			die("unrecognized option '%s'; see --help",
			    argv[optind - 1]);
		}
		json = true;
	}
	argc -= optind;
	argv += optind;
	if (json && (argc < 1 || strcmp(argv[0], "info"))) {
		die("--json is for info");
	}
	if ((argc == 2 || argc == 3) && !strcmp(argv[0], "to-attributes")) {
		return to_attributes(argv[1], argc == 3 ? argv[2] : NULL);
	}
	if (argc == 3 && !strcmp(argv[0], "to-snapshot")) {
		return to_snapshot(argv[1], argv[2]);
	}
	if (argc == 2 && !strcmp(argv[0], "info")) {
		return show(argv[1], json);
	}
	die("to-attributes SNAPSHOT [FILE], to-snapshot ATTRIBUTES FILE or "
	    "info SNAPSHOT; see --help");
}
