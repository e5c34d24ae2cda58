/* SPDX-License-Identifier: BSD-2-Clause */
/* vGICs of any size, set up by what a guest would write. */
#include "bench/scale.h"

#include <stdlib.h>
#include <string.h>

#include <vgic/its.h>
#include <vgic/trap.h>

#include "bench/host.h"
#include "regs/gicv3.h"
#include "regs/gits.h"
#include "regs/ich.h"

#define ITS UINT64_C(0x08080000)
#define REDIST UINT64_C(0x10000000)
#define CLUSTER 16u

/* Guest memory, which only LPIs need. */
#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE UINT64_C(0x02000000)
#define PROP_TABLE (RAM_BASE + 0x100000)
#define PEND_TABLE (RAM_BASE + 0x200000)
#define DEVICE_TABLE (RAM_BASE + 0x300000)
#define COLLECTION_TABLE (RAM_BASE + 0x400000)
#define QUEUE (RAM_BASE + 0x500000)
#define QUEUE_SIZE 0x100000u
#define ITTS (RAM_BASE + 0x800000)
#define ITT_SIZE UINT64_C(0x100000)
#define EVENT_BITS 16u
#define ID_BITS 16u
/* Enabled, priority 0xa0; bit 1 is RES1. */
#define LPI_CONFIG 0xa3

struct scale scale;

static struct {
	void *memory;
	uint8_t *ram;
	struct vgic_host_ops ops;
	struct vgic_cpuif_ops cpuif;
	uint64_t writer; /* of the ITS's queue */
} vm;

static uint8_t *at(uint64_t ipa, size_t len)
{
	return vm.ram && ipa >= RAM_BASE && ipa - RAM_BASE <= RAM_SIZE - len ?
		       vm.ram + (ipa - RAM_BASE) :
		       NULL;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	const uint8_t *from = at(ipa, len);

	(void)ctx;
	return from ? !memcpy(buf, from, len) : -1;
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	uint8_t *to = at(ipa, len);

	(void)ctx;
	return to ? !memcpy(to, buf, len) : -1;
}

uint64_t scale_redist(uint32_t vcpu)
{
	return REDIST + vcpu * (uint64_t)GICR_STRIDE;
}

uint32_t scale_affinity(uint32_t vcpu)
{
	return vcpu / CLUSTER << 8 | vcpu % CLUSTER;
}

void scale_pass(uint32_t vcpu)
{
	vgic_exit(scale.vcpus[vcpu]);
	vgic_enter(scale.vcpus[vcpu]);
}

void scale_mmio(uint32_t vcpu, uint64_t ipa, unsigned int width, bool write,
		uint64_t *value)
{
	struct vgic_vcpu *v = scale.vcpus[vcpu];
	enum vgic_trap done;

	vgic_exit(v);
	do {
		done = vgic_trap_mmio(v, ipa, width, write, value);
	} while (done == VGIC_TRAP_RETRY);
	if (done != VGIC_TRAP_DONE) {
		bench_die("the GIC refused an access");
	}
	vgic_enter(v);
}

void scale_sysreg(uint32_t vcpu, uint32_t sysreg, uint64_t value)
{
	struct vgic_vcpu *v = scale.vcpus[vcpu];

	vgic_exit(v);
	if (vgic_trap_sysreg(v, sysreg, true, &value) != VGIC_TRAP_DONE) {
		bench_die("the CPU interface refused a write");
	}
	vgic_enter(v);
}

static void store(uint32_t vcpu, uint64_t ipa, unsigned int width,
		  uint64_t value)
{
	scale_mmio(vcpu, ipa, width, true, &value);
}

/* Put all SPIs into Group 1, enable them and make them edge-triggered. */
static void open_spis(void)
{
	for (uint32_t n = 1; n <= (scale.size.spis + 31) / 32; n++) {
		store(0, BENCH_DIST + GICD_IGROUPR + 4 * n, 4, UINT32_MAX);
		store(0, BENCH_DIST + GICD_ISENABLER + 4 * n, 4, UINT32_MAX);
		store(0, BENCH_DIST + GICD_ICFGR + 8 * n, 4, 0xaaaaaaaa);
		store(0, BENCH_DIST + GICD_ICFGR + 8 * n + 4, 4, 0xaaaaaaaa);
	}
	store(0, BENCH_DIST + GICD_IROUTER + 8 * (31 + scale.size.spis), 8,
	      scale_affinity(scale.size.vcpus - 1));
}

static void open_vcpu(uint32_t vcpu)
{
	store(vcpu, scale_redist(vcpu) + GICR_IGROUPR0, 4, UINT32_MAX);
	store(vcpu, scale_redist(vcpu) + GICR_ISENABLER0, 4, UINT32_MAX);
}

static void put(uint64_t dw0, uint64_t dw1, uint64_t dw2)
{
	uint64_t *place =
		(uint64_t *)(void *)at(QUEUE + vm.writer, GITS_CMD_SIZE);

	place[0] = dw0;
	place[1] = dw1;
	place[2] = dw2;
	place[3] = 0;
	vm.writer = (vm.writer + GITS_CMD_SIZE) % QUEUE_SIZE;
}

/*
 * Have the ITS carry out its queue.  One write of GITS_CWRITER does a limited
 * number of commands; writing it again continues.
 */
static void run_queue(void)
{
	uint64_t reader;

	do {
		store(0, ITS + GITS_CWRITER, 8, vm.writer);
		scale_mmio(0, ITS + GITS_CREADR, 8, false, &reader);
	} while (reader != vm.writer);
}

static void map_device(uint32_t device, uint32_t events)
{
	put(GITS_CMD_MAPD | (uint64_t)device << 32, EVENT_BITS - 1,
	    GITS_CMD_V | (ITTS + device * ITT_SIZE));
	for (uint32_t i = 0; i < events; i++) {
		put(GITS_CMD_MAPTI | (uint64_t)device << 32,
		    (uint64_t)(GIC_LPI_BASE + device * events + i) << 32 | i,
		    0);
		if (i % 8192 == 0) {
			run_queue();
		}
	}
	run_queue();
}

static void set_tables(void)
{
	const uint64_t table =
		GITS_BASER_Valid | 7 |
		FIELD_PUT(GITS_BASER_Page_Size, GITS_BASER_Page_Size_64K);

	store(0, ITS + GITS_BASER, 8, table | DEVICE_TABLE);
	store(0, ITS + GITS_BASER + 8, 8, table | COLLECTION_TABLE);
	store(0, ITS + GITS_CBASER, 8, GITS_CBASER_Valid | QUEUE | 255);
	store(0, ITS + GITS_CTLR, 4, GITS_CTLR_Enabled);
}

static void open_lpis(void)
{
	uint32_t last = scale.size.vcpus - 1;

	memset(at(PROP_TABLE, scale.size.lpis), LPI_CONFIG, scale.size.lpis);
	store(last, scale_redist(last) + GICR_PROPBASER, 8,
	      PROP_TABLE | (ID_BITS - 1));
	store(last, scale_redist(last) + GICR_PENDBASER, 8, PEND_TABLE);
	store(last, scale_redist(last) + GICR_CTLR, 4, GICR_CTLR_EnableLPIs);
	set_tables();
	put(GITS_CMD_MAPC, 0, GITS_CMD_V | (uint64_t)last << 16);
	for (uint32_t d = 0; d < scale.size.devices; d++) {
		map_device(d, scale.size.lpis / scale.size.devices);
	}
}

static struct vgic_config make_config(void)
{
	struct vgic_config config =
		bench_config(scale.size.vcpus, scale.size.spis);

	/* vgic.h advises twice as many as are used. */
	config.nr_side_entries = 2 * scale.size.vcpus;
	config.cpuif = &vm.cpuif;
	config.its.nr_its = scale.size.lpis ? 1 : 0;
	config.its.nr_lpis = scale.size.lpis;
	config.host = &vm.ops;
	return config;
}

static void create_vcpu(uint32_t vcpu)
{
	struct vgic_vcpu **v = &scale.vcpus[vcpu];

	if (vgic_vcpu_create(scale.gic, vcpu, scale_affinity(vcpu), NULL, v) ||
	    vgic_map_irq(scale.gic, vcpu, SCALE_TIMER, SCALE_TIMER)) {
		bench_die("no vCPU");
	}
}

void scale_create(const struct scale_size *size,
		  const struct vgic_host_ops *ops,
		  void (*enter)(void *hw, struct vgic_ich_image *image))
{
	struct vgic_config config;

	scale.size = *size;
	vm.writer = 0;
	vm.ops = *ops;
	vm.ops.read_guest = read_guest;
	vm.ops.write_guest = write_guest;
	vm.cpuif = bench_cpuif_ends_all;
	vm.cpuif.enter = enter ? enter : vm.cpuif.enter;
	vm.ram = size->lpis ? calloc(1, RAM_SIZE) : NULL;
	config = make_config();
	scale.gic = bench_create(&config, REDIST, &vm.memory);
	if (size->lpis && (!vm.ram || vgic_set_its_base(scale.gic, 0, ITS))) {
		bench_die("no ITS");
	}
	for (uint32_t v = 0; v < size->vcpus; v++) {
		create_vcpu(v);
	}
	for (uint32_t v = 0; v < size->vcpus; v++) {
		vgic_load(scale.vcpus[v]);
		vgic_enter(scale.vcpus[v]);
		open_vcpu(v);
	}
	store(0, BENCH_DIST + GICD_CTLR, 4,
	      GICD_CTLR_ARE | GICD_CTLR_EnableGrp1);
	open_spis();
	if (size->lpis) {
		open_lpis();
	}
}

void scale_destroy(void)
{
	free(vm.memory);
	free(vm.ram);
	vm.ram = NULL;
}
