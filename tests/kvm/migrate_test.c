/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * State moves from a VM to another as attributes, as a snapshot, and as each
 * made of the other by vgic-snapshot; whatever way it took, the same
 * attributes are saved again, and the guest goes on with the same interrupts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <vgic/snapshot.h>
#include <vgic/trap.h>

#include "regs/a64.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "tests/machine/soft.h"
#include "tools/attrs.h"

#define VCPUS 2u
#define SPIS 96u
#define DIST 0x10000u
#define CPU 0x20000u
#define REDIST 0x100000u
#define RAM UINT64_C(0x40000000)
#define SPURIOUS 1023u

struct vm {
	struct attrs_device device;
	enum vgic_model model;
	void *hw[VCPUS];
	struct vgic_vcpu *vcpu[VCPUS];
	/* What each has acknowledged and not ended. */
	uint32_t active[VCPUS][SPIS];
	uint32_t nr_active[VCPUS];
	uint8_t ram[0x2000];
};

static const char *tool;
static char dir[] = "/tmp/vgic-migrate.XXXXXX";

static void *get_memory(void *ctx, size_t size)
{
	(void)ctx;
	return aligned_alloc(64, (size + 63) / 64 * 64);
}

static void give_back(void *ctx, void *memory)
{
	(void)ctx;
	free(memory);
}

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const struct vm *vm = ctx;

	if (ipa < RAM || ipa + len > RAM + sizeof(vm->ram)) {
		return -1;
	}
	memcpy(buf, vm->ram + (ipa - RAM), len);
	return 0;
}

static const struct vgic_host_ops host = { .kick = kick,
					   .read_guest = read_guest };

static const struct vgic_v5_config v5 = {
	.cpuif = &vgic_soft_v5_backend,
	.ppi_implemented = { UINT64_C(1) << GICV5_PPI_SW_PPI, 0 },
	.nr_lpis = 1024,
	.lpi_id_bits = 16,
	.nr_irs = 1,
};

static struct attrs_machine machine_of(enum vgic_model model)
{
	struct attrs_machine m = {
		.model = model,
		.nr_vcpus = VCPUS,
		.nr_irqs = model == VGIC_GICV5 ? SPIS : SPIS + 32,
		.pri_bits = 5,
		.pre_bits = 5,
		.id_bits = 16,
		.a3v = true,
	};

	if (model == VGIC_GICV5) {
		m.pri_bits = 0;
		m.pre_bits = 0;
		m.id_bits = 0;
		m.a3v = false;
		m.ppi_implemented[0] = v5.ppi_implemented[0];
		m.lpi_id_bits = v5.lpi_id_bits;
	}
	for (uint32_t i = 0; i < VCPUS; i++) {
		m.vcpus[i].id = i;
		m.vcpus[i].mpidr = i;
	}
	return m;
}

static void set(struct vm *vm, uint32_t group, uint64_t attr, uint64_t value)
{
	const struct vgic_kvm_device_attr a = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)&value,
	};

	assert_int_equal(vgic_kvm_set_attr(vm->device.vm, vm->device.fd, &a),
			 0);
}

static void place(struct vm *vm)
{
	switch (vm->model) {
	case VGIC_GICV2:
		set(vm, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V2_DIST, DIST);
		set(vm, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V2_CPU, CPU);
		break;
	case VGIC_GICV5:
		set(vm, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V5_IRS, DIST);
		break;
	default:
		set(vm, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_DIST, DIST);
		set(vm, VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_REDIST, REDIST);
		break;
	}
}

static struct vm *new_vm(enum vgic_model model)
{
	static const uint32_t types[] = {
		[VGIC_GICV2] = VGIC_KVM_DEV_V2,
		[VGIC_GICV3] = VGIC_KVM_DEV_V3,
		[VGIC_GICV5] = VGIC_KVM_DEV_V5,
	};
	struct vgic_kvm_create_device create = { .type = types[model] };
	struct vm *vm = calloc(1, sizeof(*vm));
	struct vgic_kvm_config config = {
		.models = VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3 | VGIC_KVM_HAS_V5,
		.ipa_bits = 40,
		.alloc = get_memory,
		.release = give_back,
		.copy_in = attrs_copy_in,
		.copy_out = attrs_copy_out,
		.gic = { .cpuif = &vgic_soft_backend,
			 .v5 = v5,
			 .host = &host,
			 .host_ctx = vm },
	};

	assert_non_null(vm);
	vm->model = model;
	for (uint32_t i = 0; i < VCPUS; i++) {
		vm->hw[i] = soft_new(model, &v5, i, &config.gic.caps);
	}
	assert_int_equal(vgic_kvm_create(&config, &vm->device.vm), 0);
	for (uint32_t i = 0; i < VCPUS; i++) {
		assert_int_equal(
			vgic_kvm_add_vcpu(vm->device.vm, i, i, vm->hw[i]), 0);
	}
	assert_int_equal(vgic_kvm_create_device(vm->device.vm, &create), 0);
	vm->device.fd = create.fd;
	place(vm);
	set(vm, VGIC_KVM_GRP_NR_IRQS, 0, machine_of(model).nr_irqs);
	return vm;
}

static void free_vm(struct vm *vm)
{
	vgic_kvm_destroy(vm->device.vm);
	for (uint32_t i = 0; i < VCPUS; i++) {
		free(vm->hw[i]);
	}
	free(vm);
}

/* KVM_RUN of every vCPU, which places frames. */
static void first_run(struct vm *vm)
{
	for (uint32_t i = 0; i < VCPUS; i++) {
		assert_int_equal(vgic_kvm_run_begin(vm->device.vm, i), 0);
		vgic_kvm_run_end(vm->device.vm, i);
		vm->vcpu[i] = vgic_kvm_vcpu(vm->device.vm, i);
	}
}

/* One access of the guest's: memory below 4 GiB, else SYSREG_ENC(). */
#define REGISTER(enc) (UINT64_C(1) << 32 | (enc))

static uint64_t guest(struct vm *vm, uint32_t v, uint64_t at, bool write,
		      uint64_t value)
{
	struct vgic_vcpu *vcpu = vm->vcpu[v];
	enum vgic_trap trap;

	vgic_load(vcpu);
	vgic_enter(vcpu);
	vgic_exit(vcpu);
	trap = at >> 32 ? vgic_trap_sysreg(vcpu, (uint32_t)at, write, &value) :
			  vgic_trap_mmio(vcpu, at, 4, write, &value);
	assert_int_equal(trap, VGIC_TRAP_DONE);
	vgic_enter(vcpu);
	vgic_exit(vcpu);
	vgic_put(vcpu);
	return value;
}

static uint32_t ack(struct vm *vm, uint32_t v)
{
	static const uint64_t iar[] = {
		[VGIC_GICV2] = CPU + GICC_IAR,
		[VGIC_GICV3] = REGISTER(ICC_IAR1_EL1),
		[VGIC_GICV5] = REGISTER(GICR_CDIA),
	};

	return (uint32_t)guest(vm, v, iar[vm->model], false, 0);
}

static uint32_t none(const struct vm *vm)
{
	return vm->model == VGIC_GICV5 ? 0 : SPURIOUS;
}

static void eoi(struct vm *vm, uint32_t v, uint32_t intid)
{
	static const uint64_t eoir[] = {
		[VGIC_GICV2] = CPU + GICC_EOIR,
		[VGIC_GICV3] = REGISTER(ICC_EOIR1_EL1),
		[VGIC_GICV5] = REGISTER(GIC_CDEOI),
	};

	(void)guest(vm, v, eoir[vm->model], true, intid);
	if (vm->model == VGIC_GICV5) {
		(void)guest(vm, v, REGISTER(GIC_CDDI), true, intid);
	}
}

static uint32_t spi(const struct vm *vm, uint32_t n)
{
	return vm->model == VGIC_GICV5 ? GICV5_SPI(n) : 32 + n;
}

static bool is_spi(const struct vm *vm, uint32_t intid)
{
	return vm->model == VGIC_GICV5 ? intid >> 29 == GICV5_INTID_TYPE_SPI :
					 (intid & 0x3ff) >= 32;
}

static uint32_t spi_number(const struct vm *vm, uint32_t intid)
{
	return vm->model == VGIC_GICV5 ? intid & 0xffffff : intid - 32;
}

static void line(struct vm *vm, uint32_t n, bool level)
{
	const struct vgic_kvm_irq_level l = {
		.irq = VGIC_KVM_IRQ_TYPE_SPI << VGIC_KVM_IRQ_TYPE_SHIFT |
		       (spi(vm, n) & 0xffff),
		.level = level,
	};

	assert_int_equal(vgic_kvm_irq_line(vm->device.vm, &l), 0);
}

static void store(struct vm *vm, uint32_t v, uint32_t offset, uint32_t value)
{
	(void)guest(vm, v, DIST + offset, true, value);
}

/* Distributor: SPIs of many priorities, some level, for both vCPUs. */
static void setup_dist(struct vm *vm)
{
	store(vm, 0, GICD_CTLR, vm->model == VGIC_GICV2 ? 1 : 3);
	for (uint32_t n = 0; n < SPIS; n += 32) {
		store(vm, 0, GICD_ISENABLER + 4 + n / 8, 0xfffffff7);
		store(vm, 0, GICD_ICFGR + 8 + n / 4, 0xa2a8a2aa);
		store(vm, 0, GICD_ICFGR + 12 + n / 4, 0xaa2a2a8a);
	}
	for (uint32_t n = 0; n < SPIS; n += 4) {
		store(vm, 0, GICD_IPRIORITYR + 32 + n,
		      0x08101820 * (1 + n % 7));
		if (vm->model == VGIC_GICV2) {
			store(vm, 0, GICD_ITARGETSR + 32 + n, 0x01010201);
		}
	}
	for (uint32_t n = 0; vm->model == VGIC_GICV3 && n < SPIS; n++) {
		store(vm, 0, GICD_IROUTER + 8 * (32 + n), n % 3 == 0);
	}
}

static void setup_v5(struct vm *vm)
{
	store(vm, 0, IRS_IST_CFGR, 10);
	store(vm, 0, IRS_IST_BASER, (uint32_t)RAM | IRS_IST_BASER_VALID);
	store(vm, 0, IRS_CR0, IRS_CR0_IRSEN);
	for (uint32_t n = 0; n < SPIS + 32; n++) {
		uint32_t intid = n < SPIS ? GICV5_SPI(n) :
					    GICV5_LPI(31 * (n - SPIS));

		if (n < SPIS) {
			store(vm, 0, IRS_SPI_SELR, n);
			store(vm, 0, IRS_SPI_CFGR, n % 5 == 2);
		}
		(void)guest(vm, 0, REGISTER(GIC_CDPRI), true,
			    intid | FIELD_PUT(GIC_CDPRI_PRIORITY, n % 23));
		(void)guest(vm, 0, REGISTER(GIC_CDAFF), true,
			    intid | FIELD_PUT(GIC_CDAFF_IAFFID, n % 3 == 0));
		(void)guest(vm, 0, REGISTER(GIC_CDEN), true, intid);
		if (n >= SPIS && n % 2) {
			(void)guest(vm, 0, REGISTER(GIC_CDPEND), true,
				    intid | GIC_CDPEND_PENDING);
		}
	}
}

static void setup_cpus(struct vm *vm)
{
	for (uint32_t v = 0; v < VCPUS; v++) {
		switch (vm->model) {
		case VGIC_GICV2:
			(void)guest(vm, v, CPU + GICC_PMR, true, 0xe8);
			(void)guest(vm, v, CPU + GICC_BPR, true, 3 + v);
			(void)guest(vm, v, CPU + GICC_CTLR, true, 1);
			(void)guest(vm, v, DIST + GICD_SGIR, true,
				    3u << 16 | 5);
			break;
		case VGIC_GICV5:
			(void)guest(vm, v, REGISTER(ICC_CR0_EL1), true, 1);
			(void)guest(vm, v, REGISTER(ICC_PCR_EL1), true, 30 + v);
			(void)guest(vm, v, REGISTER(ICC_PPI_ENABLER0_EL1), true,
				    8);
			(void)guest(vm, v, REGISTER(ICC_PPI_SPENDR0_EL1), true,
				    8 * v);
			break;
		default:
			(void)guest(vm, v, REGISTER(ICC_PMR_EL1), true, 0xe8);
			(void)guest(vm, v, REGISTER(ICC_BPR1_EL1), true, 3 + v);
			(void)guest(vm, v, REGISTER(ICC_IGRPEN1_EL1), true, 1);
			(void)guest(vm, v, REGISTER(ICC_SGI1R_EL1), true,
				    5ull << 24 | 3);
			break;
		}
	}
}

/* The guest is interrupted, if anything is urgent enough. */
static void take(struct vm *vm, uint32_t v)
{
	uint32_t intid = ack(vm, v);

	if (intid != none(vm)) {
		vm->active[v][vm->nr_active[v]++] = intid;
	}
}

/* KVM's IRS: no 1-of-N, no SETLPI, an IST of one level. */
#define KVM_IDR0 0x15u
#define KVM_IDR2 0x2b0u

/* A guest in full swing: nested actives, lines up, more than fits. */
static struct vm *busy_vm(enum vgic_model model, bool as_kvm)
{
	struct vm *vm = new_vm(model);

	set(vm, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
	if (as_kvm) {
		set(vm, VGIC_KVM_GRP_IRS_REGS, IRS_IDR0, KVM_IDR0);
		set(vm, VGIC_KVM_GRP_IRS_REGS, IRS_IDR2, KVM_IDR2);
	}
	first_run(vm);
	if (model == VGIC_GICV5) {
		setup_v5(vm);
	} else {
		setup_dist(vm);
	}
	setup_cpus(vm);
	for (uint32_t n = SPIS; n-- > 0;) {
		if (n % 3 != 1) {
			line(vm, n, true);
		}
		for (uint32_t v = 0; n % 12 == 2 && v < VCPUS; v++) {
			take(vm, v);
		}
		if (n % 6 == 5) {
			line(vm, n, false);
		}
	}
	return vm;
}

/* What the guest gets from here on, to the end, back out of its handlers. */
static size_t drain(struct vm *vm, uint32_t v, uint32_t *got, size_t room)
{
	size_t n = 0;

	while (n < room) {
		uint32_t intid = ack(vm, v);

		if (intid == none(vm)) {
			if (!vm->nr_active[v]) {
				break;
			}
			intid = vm->active[v][--vm->nr_active[v]];
			eoi(vm, v, intid);
			got[n++] = ~intid;
			continue;
		}
		got[n++] = intid;
		/* Its device has been served. */
		if (is_spi(vm, intid)) {
			line(vm, spi_number(vm, intid), false);
		}
		eoi(vm, v, intid);
	}
	return n;
}

static char *path(const char *name)
{
	static char paths[8][64];
	static unsigned int next;
	char *p = paths[next++ % 8];

	snprintf(p, sizeof(paths[0]), "%s/%s", dir, name);
	return p;
}

static void save_attrs(struct vm *vm, const char *name)
{
	struct attrs attrs = { .machine = machine_of(vm->model) };
	FILE *out = fopen(path(name), "w");
	struct attrs_error error;

	assert_non_null(out);
	if (!attrs_save(vm->device, &attrs, &error)) {
		fail_msg("%s", error.text);
	}
	attrs_write(out, &attrs);
	fclose(out);
	attrs_free(&attrs);
}

static void load_attrs(struct vm *vm, const char *name)
{
	FILE *in = fopen(path(name), "r");
	struct attrs_error error;
	struct attrs attrs;

	assert_non_null(in);
	if (!attrs_read(in, &attrs, &error) ||
	    !attrs_load(vm->device, &attrs, &error)) {
		fail_msg("%s", error.text);
	}
	fclose(in);
	attrs_free(&attrs);
}

static void convert(const char *how, const char *from, const char *to)
{
	char command[512];

	snprintf(command, sizeof(command), "'%s' %s '%s' '%s'", tool, how,
		 path(from), path(to));
	assert_int_equal(system(command), 0);
}

static void assert_same(const char *a, const char *b)
{
	char command[256];

	snprintf(command, sizeof(command), "diff '%s' '%s' >&2", path(a),
		 path(b));
	assert_int_equal(system(command), 0);
}

static void save_snapshot(struct vm *vm, const char *name)
{
	struct vgic *gic = vgic_kvm_gic(vm->device.vm);
	int64_t size = vgic_snapshot_size(gic);
	FILE *out = fopen(path(name), "w");
	void *bytes;

	assert_true(size > 0);
	bytes = malloc((size_t)size);
	assert_non_null(bytes);
	assert_int_equal(vgic_snapshot_save(gic, bytes, (size_t)size), size);
	assert_int_equal(fwrite(bytes, 1, (size_t)size, out), size);
	fclose(out);
	free(bytes);
}

static void load_snapshot(struct vm *vm, const char *name)
{
	static uint8_t bytes[1 << 20];
	FILE *in = fopen(path(name), "r");
	size_t length;

	assert_non_null(in);
	length = fread(bytes, 1, sizeof(bytes), in);
	fclose(in);
	set(vm, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
	assert_int_equal(vgic_snapshot_restore(vgic_kvm_gic(vm->device.vm),
					       bytes, length, NULL),
			 0);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* In which order, between equal priorities, is the architecture's to say. */
static void assert_goes_on(struct vm *a, struct vm *b)
{
	uint32_t from_a[4 * SPIS], from_b[4 * SPIS];

	first_run(b);
	memcpy(b->active, a->active, sizeof(b->active));
	memcpy(b->nr_active, a->nr_active, sizeof(b->nr_active));
	for (uint32_t v = 0; v < VCPUS; v++) {
		size_t n = drain(a, v, from_a, 4 * SPIS);

		assert_true(n > 10 && n < 4 * SPIS);
		assert_int_equal(drain(b, v, from_b, 4 * SPIS), n);
		qsort(from_a, n, sizeof(from_a[0]), compare);
		qsort(from_b, n, sizeof(from_b[0]), compare);
		assert_memory_equal(from_a, from_b, n * sizeof(from_a[0]));
	}
}

static void moves(enum vgic_model model, bool as_kvm)
{
	struct vm *a = busy_vm(model, as_kvm);
	struct vm *b = new_vm(model), *c = new_vm(model);

	save_attrs(a, "a");
	save_snapshot(a, "a.snap");
	/* KVM's way, by the tool to ours and back. */
	convert("to-snapshot", "a", "b.snap");
	convert("to-attributes", "b.snap", "b");
	assert_same("a", "b");
	load_attrs(b, "b");
	save_attrs(b, "b2");
	assert_same("a", "b2");
	/* Ours, by the tool to KVM's and back. */
	convert("to-attributes", "a.snap", "c");
	assert_same("a", "c");
	convert("to-snapshot", "c", "c.snap");
	load_snapshot(c, "c.snap");
	save_attrs(c, "c2");
	assert_same("a", "c2");
	assert_goes_on(a, b);
	free_vm(a);
	free_vm(b);
	free_vm(c);
}

static void migrate_v2(void **state)
{
	(void)state;
	moves(VGIC_GICV2, false);
}

static void migrate_v3(void **state)
{
	(void)state;
	moves(VGIC_GICV3, false);
}

static void migrate_v5(void **state)
{
	(void)state;
	moves(VGIC_GICV5, false);
}

/* A guest that came from KVM, and never saw what KVM does not have. */
static void migrate_v5_with_hidden_features(void **state)
{
	(void)state;
	moves(VGIC_GICV5, true);
}

/* An IST that a VMM has stored, saved before anything was made of it. */
static void migrate_v5_ist_to_be_made(void **state)
{
	struct vm *a = new_vm(VGIC_GICV5), *b = new_vm(VGIC_GICV5);
	const uint32_t lpi = GICV5_LPI(77);

	(void)state;
	set(a, VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
	set(a, VGIC_KVM_GRP_IRS_REGS, IRS_IST_BASER, RAM | IRS_IST_BASER_VALID);
	set(a, VGIC_KVM_GRP_IRS_REGS, IRS_IST_CFGR, 10);
	set(a, VGIC_KVM_GRP_IRS_REGS, IRS_CR0, IRS_CR0_IRSEN);
	save_snapshot(a, "ist.snap");
	load_snapshot(b, "ist.snap");
	first_run(b);
	(void)guest(b, 0, REGISTER(ICC_CR0_EL1), true, 1);
	(void)guest(b, 0, REGISTER(ICC_PCR_EL1), true, 31);
	(void)guest(b, 0, REGISTER(GIC_CDEN), true, lpi);
	(void)guest(b, 0, REGISTER(GIC_CDPEND), true, lpi | GIC_CDPEND_PENDING);
	assert_int_equal(ack(b, 0), lpi);
	free_vm(a);
	free_vm(b);
}

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	return system(command);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(migrate_v2),
		cmocka_unit_test(migrate_v3),
		cmocka_unit_test(migrate_v5),
		cmocka_unit_test(migrate_v5_with_hidden_features),
		cmocka_unit_test(migrate_v5_ist_to_be_made),
	};

	tool = argc > 1 ? argv[1] : VGIC_SNAPSHOT_TOOL;
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
