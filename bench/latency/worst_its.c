/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv3 with 57344 LPIs, all of them pending wherever possible. */
#include "bench/latency/worst.h"

#include <vgic/its.h>
#include <vgic/uaccess.h>

#include "regs/gicv3.h"
#include "regs/gits.h"

#define DIST UINT64_C(0x08000000)
#define ITS UINT64_C(0x08080000)
#define REDIST UINT64_C(0x10000000)
#define NR_VCPUS 8u
#define NR_LPIS VGIC_MAX_LPIS

#define PROP_TABLE (RAM_BASE + 0x100000)
#define PEND_TABLE(v) (RAM_BASE + 0x200000 + UINT64_C(0x10000) * (v))
#define DEVICE_TABLE (RAM_BASE + 0x400000)
#define COLLECTION_TABLE (RAM_BASE + 0x500000)
#define QUEUE (RAM_BASE + 0x600000)
#define QUEUE_SIZE 0x100000u
#define ITT (RAM_BASE + 0x800000)
#define DEVICE 1u
#define EVENT_BITS 16u

static uint64_t frame(uint32_t vcpu)
{
	return REDIST + vcpu * (uint64_t)GICR_STRIDE;
}

/* Commands are put into the queue, then taken as far as they go. */
static struct {
	uint64_t at;
} queue;

static void put(uint64_t dw0, uint64_t dw1, uint64_t dw2, uint64_t dw3)
{
	const uint64_t dw[4] = { dw0, dw1, dw2, dw3 };

	for (uint32_t i = 0; i < 4; i++) {
		poke64(QUEUE + queue.at + 8 * i, dw[i]);
	}
	queue.at = (queue.at + GITS_CMD_SIZE) % QUEUE_SIZE;
}

static void run_queue(void)
{
	uint32_t n = 0;

	store(0, ITS + GITS_CWRITER, 8, queue.at);
	while (load(0, ITS + GITS_CREADR, 8) != queue.at) {
		store(0, ITS + GITS_CWRITER, 8, queue.at);
		if (n++ > 1000000) {
			worst_die("commands are not taken");
		}
	}
}

static void map_collection(uint32_t icid, uint32_t vcpu)
{
	put(GITS_CMD_MAPC, 0, GITS_CMD_V | (uint64_t)vcpu << 16 | icid, 0);
	run_queue();
}

static void map_device(bool valid)
{
	put(GITS_CMD_MAPD | (uint64_t)DEVICE << 32, EVENT_BITS - 1,
	    valid ? GITS_CMD_V | ITT : 0, 0);
	run_queue();
}

static void map_events(void)
{
	map_device(true);
	for (uint32_t i = 0; i < NR_LPIS; i++) {
		put(GITS_CMD_MAPTI | (uint64_t)DEVICE << 32,
		    (uint64_t)(GIC_LPI_BASE + i) << 32 | i, 0, 0);
		if (i % 16384 == 0) {
			run_queue();
		}
	}
	run_queue();
}

static void enable_lpis(uint32_t vcpu, bool on)
{
	store(0, frame(vcpu) + GICR_CTLR, 4, on ? GICR_CTLR_EnableLPIs : 0);
}

static void enable_its(bool on)
{
	store(0, ITS + GITS_CTLR, 4, on ? GITS_CTLR_Enabled : 0);
}

static void set_tables(void)
{
	store(0, ITS + GITS_BASER, 8,
	      GITS_BASER_Valid | DEVICE_TABLE | 7 |
		      FIELD_PUT(GITS_BASER_Page_Size,
				GITS_BASER_Page_Size_64K));
	store(0, ITS + GITS_BASER + 8, 8,
	      GITS_BASER_Valid | COLLECTION_TABLE |
		      FIELD_PUT(GITS_BASER_Page_Size,
				GITS_BASER_Page_Size_64K));
	store(0, ITS + GITS_CBASER, 8, GITS_CBASER_Valid | QUEUE | 255);
	queue.at = 0;
}

static void configure(void)
{
	fill(PROP_TABLE, 0xa1, NR_LPIS);
	store(0, DIST + GICD_CTLR, 4, GICD_CTLR_EnableGrp1 | GICD_CTLR_ARE);
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		store(0, frame(v) + GICR_PROPBASER, 8, PROP_TABLE | 15);
		store(0, frame(v) + GICR_PENDBASER, 8, PEND_TABLE(v));
		enable_lpis(v, true);
		write_sys(v, ICC_PMR_EL1, 0xff);
		write_sys(v, ICC_IGRPEN1_EL1, 1);
	}
	set_tables();
	enable_its(true);
	for (uint32_t v = 0; v < NR_VCPUS; v++) {
		map_collection(v, v);
	}
}

static void send_all(void)
{
	for (uint32_t i = 0; i < NR_LPIS; i++) {
		if (vgic_inject_msi(gic, 0, DEVICE, i) < 0) {
			worst_die("no ITS");
		}
	}
}

static void post_all(void)
{
	send_all();
	settle(0);
	send_all();
	settle(0);
}

static void invalidate_all(void)
{
	for (uint32_t n = 0; n < 2; n++) {
		fill(PROP_TABLE, n ? 0xa1 : 0x51, NR_LPIS);
		put(GITS_CMD_INVALL, 0, 0, 0);
		run_queue();
		settle(0);
		store(0, frame(0) + GICR_INVALLR, 8, 0);
		settle(0);
	}
	/* As many as the queue holds. */
	for (uint32_t n = 0; n < 64; n++) {
		put(GITS_CMD_INVALL, 0, 0, 0);
	}
	run_queue();
	fill(PROP_TABLE, 0xa0, NR_LPIS);
	store(0, frame(0) + GICR_INVALLR, 8, 0);
	settle(0);
	fill(PROP_TABLE, 0xa1, NR_LPIS);
	store(0, frame(0) + GICR_INVALLR, 8, 0);
	settle(0);
}

static void move_collection(void)
{
	for (uint32_t n = 0; n < 4; n++) {
		map_collection(0, n % 2 ? 0 : 1);
		settle(0);
		settle(1);
	}
	put(GITS_CMD_MAPC, 0, 0, 0);
	run_queue();
	settle(0);
	map_collection(0, 0);
	settle(0);
}

static void move_all(void)
{
	put(GITS_CMD_MOVALL, 0, 0, 1u << 16);
	run_queue();
	settle(0);
	settle(1);
	put(GITS_CMD_MOVALL, 0, 1u << 16, 0);
	run_queue();
	settle(1);
	settle(0);
}

static void switch_lpis(void)
{
	for (uint32_t n = 0; n < 2; n++) {
		enable_lpis(0, false);
		settle(0);
		enable_lpis(0, true);
		settle(0);
	}
}

static void take_some(void)
{
	for (uint32_t n = 0; n < 64; n++) {
		uint64_t intid = read_sys(0, ICC_IAR1_EL1);

		write_sys(0, ICC_EOIR1_EL1, intid);
	}
}

static void unmap_device(void)
{
	map_device(false);
	settle(0);
	map_events();
	send_all();
	settle(0);
	for (uint32_t i = 0; i < NR_LPIS; i++) {
		put(GITS_CMD_DISCARD | (uint64_t)DEVICE << 32, i, 0, 0);
		if (i % 16384 == 0) {
			run_queue();
		}
	}
	run_queue();
	map_events();
	send_all();
	settle(0);
}

/* 65536 devices, each mapped and unmapped. */
static void map_devices(void)
{
	for (uint32_t on = 1; on < 2; on--) {
		for (uint32_t d = 2; d < 65536; d++) {
			put(GITS_CMD_MAPD | (uint64_t)d << 32, 0,
			    on ? GITS_CMD_V | (ITT + 0x100000) : 0, 0);
			if (d % 16384 == 0) {
				run_queue();
			}
		}
		run_queue();
	}
}

/* A queue full of junk, and one of collections that do not exist. */
static void wrong_commands(void)
{
	for (uint32_t i = 0; i < QUEUE_SIZE / GITS_CMD_SIZE - 1; i++) {
		put(i % 2 ? 0xff : GITS_CMD_MAPC, 0,
		    i % 2 ? 0 : GITS_CMD_V | (0x100 + i), 0);
	}
	run_queue();
	for (uint32_t i = 0; i < QUEUE_SIZE / GITS_CMD_SIZE - 1; i++) {
		put(GITS_CMD_MAPC, 0, 0x100 + i, 0);
	}
	run_queue();
}

static void reset_vcpu(void)
{
	vgic_vcpu_reset(vcpus[0], true);
	settle(0);
	enable_lpis(0, true);
	store(0, frame(0) + GICR_WAKER, 4, 0);
	write_sys(0, ICC_PMR_EL1, 0xff);
	write_sys(0, ICC_IGRPEN1_EL1, 1);
	send_all();
	settle(0);
}

static void take_tables(void)
{
	enable_its(false);
	store(0, ITS + GITS_BASER + 8, 8, 0);
	settle(0);
	store(0, ITS + GITS_BASER, 8, 0);
	settle(0);
	fill(DEVICE_TABLE, 0, 0x80000);
	fill(COLLECTION_TABLE, 0, 0x10000);
	set_tables();
	enable_its(true);
	map_collection(0, 0);
	map_events();
}

static void save_and_restore(void)
{
	if (vgic_uaccess_save_lpis(vcpus[0]) ||
	    vgic_uaccess_save_its(vcpus[0], 0) ||
	    vgic_uaccess_restore_its(vcpus[0], 0)) {
		worst_die("tables are not restored");
	}
	settle(0);
}

/* Tables that the guest wrote: 65536 devices of 65536 events, none of them. */
static void restore_what_is_not_there(void)
{
	for (uint64_t d = 0; d < 65536; d++) {
		poke64(DEVICE_TABLE + GITS_ENTRY_SIZE * d,
		       GITS_DTE_Valid | FIELD_PUT(GITS_DTE_ITT, ITT >> 8) |
			       FIELD_PUT(GITS_DTE_Size, EVENT_BITS - 1) |
			       FIELD_PUT(GITS_DTE_Next, d < 65535));
	}
	fill(ITT, 0, 0x80000);
	if (vgic_uaccess_restore_its(vcpus[0], 0) != VGIC_E_NOMEM) {
		worst_die("tables without an end were looked through");
	}
}

static const struct worst list[] = {
	{ "57344 events mapped", map_events },
	{ "57344 messages", post_all },
	{ "LPIs taken", take_some },
	{ "INVALL of 57344 LPIs", invalidate_all },
	{ "MAPC moves 57344 LPIs", move_collection },
	{ "MOVALL of 57344 LPIs", move_all },
	{ "EnableLPIs of 57344 LPIs", switch_lpis },
	{ "a device of 57344 events unmapped", unmap_device },
	{ "65536 devices", map_devices },
	{ "wrong commands", wrong_commands },
	{ "a vCPU with 57344 LPIs is reset", reset_vcpu },
	{ "tables of 57344 events saved, restored", save_and_restore },
	{ "tables of an ITS taken away", take_tables },
	{ "tables of 2^32 events restored", restore_what_is_not_there },
};

void worst_its(void)
{
	struct vgic_config config = {
		.arch = &vgic_gicv3_its,
		.nr_vcpus = NR_VCPUS,
		.nr_spis = 32,
		.nr_redist_regions = 1,
		.its = { .nr_its = 1, .nr_lpis = NR_LPIS },
	};

	latency_label("create");
	worst_create(&config);
	if (vgic_set_dist_base(gic, DIST) || vgic_set_its_base(gic, 0, ITS) ||
	    vgic_add_redist_region(gic, REDIST, NR_VCPUS)) {
		worst_die("no frames");
	}
	configure();
	worst_run(list, sizeof(list) / sizeof(list[0]));
	worst_destroy();
}
