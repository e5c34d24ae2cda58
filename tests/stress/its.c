/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv3 guest with LPIs.  Devices 1 to NR_CPUS have four events each, which
 * are accounted for; their commands come from one vCPU at a time, as from a
 * guest that takes a lock.  Another device is hostile: its events are mapped
 * and discarded all the time.  A second ITS is hostile as a whole: vCPUs write
 * its registers and its queue at once, with no lock.
 */
#include "tests/stress/v3.h"

#include <vgic/its.h>

#include "regs/gicv3.h"
#include "regs/gits.h"
#include "tests/stress/ram.h"

#define NR_LPIS 64u
#define EVENTS_PER_DEVICE 4u
#define NR_OWN_LPIS (NR_CPUS * EVENTS_PER_DEVICE)
#define HOSTILE_DEVICE 9u
#define NR_HOSTILE_EVENTS 16u

#define PROP_TABLE (RAM_BASE + 0x10000)
#define PEND_TABLE(v) (RAM_BASE + 0x20000 + UINT64_C(0x10000) * (v))
#define DEVICE_TABLE (RAM_BASE + 0x100000)
#define COLLECTION_TABLE (RAM_BASE + 0x110000)
#define QUEUE (RAM_BASE + 0x120000)
#define QUEUE_SIZE 0x1000u
#define ITT(d) (RAM_BASE + 0x130000 + UINT64_C(0x1000) * (d))
/* The second ITS. */
#define ITS1 (ITS + 0x20000)
#define DEVICE_TABLE1 (RAM_BASE + 0x180000)
#define COLLECTION_TABLE1 (RAM_BASE + 0x190000)
#define QUEUE1 (RAM_BASE + 0x1a0000)
/* Commands of two pages, of which it has one or both. */
#define NR_SLOTS1 256u
#define ITT1 (RAM_BASE + 0x1b0000)

#define LPI(n) (GIC_LPI_BASE + (n))

/*
 * Events move between redistributors in some rounds, redistributors turn their
 * LPIs off and on in others.  With both, what is pending may wait in the table
 * of one that is off while another takes the LPI's next message: no number
 * tells then what is one too many.
 */
static bool moves(void)
{
	return vm.round % 3 != 1;
}

static bool switches(void)
{
	return vm.round % 3 != 0;
}

static void make(uint32_t n)
{
	vm.in_tables = moves() && switches();
	vm.gicv2 = false;
	v3_create(n, 2, NR_LPIS);
	v3_add_sources();
	for (uint32_t i = 0; i < NR_OWN_LPIS; i++) {
		struct source *s = source_add(SOURCE_MSI, NR_CPUS, LPI(i));

		s->device = i / EVENTS_PER_DEVICE + 1;
		s->event = i % EVENTS_PER_DEVICE;
	}
}

static uint64_t its_access(struct cpu *c, uint32_t offset, bool write,
			   uint64_t value)
{
	return cpu_mmio(c, ITS + offset, 8, write, value);
}

struct command {
	uint64_t dw[4];
};

/* The caller has the lock.  The library takes all that is there at once. */
static void issue(struct cpu *c, struct command command)
{
	uint64_t at = its_access(c, GITS_CWRITER, false, 0);

	for (uint32_t i = 0; i < 4; i++) {
		ram_write64(QUEUE + at + 8 * i, command.dw[i]);
	}
	at = (at + GITS_CMD_SIZE) % QUEUE_SIZE;
	its_access(c, GITS_CWRITER, true, at);
	while (its_access(c, GITS_CREADR, false, 0) != at) {
	}
}

static uint64_t head(uint32_t number, uint32_t device)
{
	return (uint64_t)device << 32 | number;
}

static void map_collection(struct cpu *c, uint32_t icid, uint32_t vcpu)
{
	issue(c,
	      (struct command){ { GITS_CMD_MAPC, 0,
				  GITS_CMD_V | (uint64_t)vcpu << 16 | icid } });
}

static void map_event(struct cpu *c, uint32_t device, uint32_t event,
		      uint32_t lpi, uint32_t icid)
{
	issue(c, (struct command){ { head(GITS_CMD_MAPTI, device),
				     (uint64_t)lpi << 32 | event, icid } });
}

static void map_device(struct cpu *c, uint32_t device)
{
	issue(c, (struct command){ { head(GITS_CMD_MAPD, device), 3,
				     GITS_CMD_V | ITT(device) } });
}

static void configure(uint32_t lpi, uint32_t prio, bool enabled)
{
	ram_write8(PROP_TABLE + lpi - GIC_LPI_BASE,
		   (uint8_t)((prio & LPI_CONFIG_Priority_MASK) | enabled));
}

static void invalidate_all(struct cpu *c)
{
	for (uint32_t icid = 0; icid < NR_CPUS; icid++) {
		issue(c, (struct command){ { GITS_CMD_INVALL, 0, icid } });
	}
}

static void enable_lpis(struct cpu *c, uint32_t vcpu)
{
	uint64_t frame = v3_frame(vcpu);

	cpu_mmio(c, frame + GICR_PROPBASER, 8, true,
		 PROP_TABLE | FIELD_PUT(GICR_PROPBASER_IDbits, 15));
	cpu_mmio(c, frame + GICR_PENDBASER, 8, true, PEND_TABLE(vcpu));
	cpu_mmio(c, frame + GICR_CTLR, 4, true, GICR_CTLR_EnableLPIs);
}

/* The whole of it once; afterwards collections and configuration alone. */
static void setup(struct cpu *c)
{
	bool first = !(its_access(c, GITS_BASER, false, 0) & GITS_BASER_Valid);

	v3_setup(c);
	for (uint32_t i = 0; i < NR_LPIS; i++) {
		configure(LPI(i), 8 * draw(&c->rng, 28), true);
	}
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		enable_lpis(c, v);
	}
	if (first) {
		its_access(c, GITS_BASER, true,
			   GITS_BASER_Valid | DEVICE_TABLE);
		its_access(c, GITS_BASER + 8, true,
			   GITS_BASER_Valid | COLLECTION_TABLE);
		its_access(c, GITS_CBASER, true, GITS_CBASER_Valid | QUEUE);
		cpu_mmio(c, ITS + GITS_CTLR, 4, true, GITS_CTLR_Enabled);
	}
	for (uint32_t v = 0; v < NR_CPUS; v++) {
		map_collection(c, v, v);
	}
	for (uint32_t d = 1; first && d <= NR_CPUS; d++) {
		map_device(c, d);
		for (uint32_t e = 0; e < EVENTS_PER_DEVICE; e++) {
			map_event(c, d, e, LPI((d - 1) * EVENTS_PER_DEVICE + e),
				  d - 1);
		}
	}
	if (first) {
		map_device(c, HOSTILE_DEVICE);
	}
	invalidate_all(c);
}

/* A guest that finds the queue locked does something else meanwhile. */
static bool lock(void)
{
	return !pthread_mutex_trylock(&vm.commands);
}

static void unlock(void)
{
	pthread_mutex_unlock(&vm.commands);
}

static uint32_t some_device(struct cpu *c)
{
	return 1 + draw(&c->rng, NR_CPUS);
}

static uint32_t some_event(struct cpu *c)
{
	return draw(&c->rng, EVENTS_PER_DEVICE);
}

static uint32_t some_collection(struct cpu *c)
{
	return draw(&c->rng, NR_CPUS);
}

static void move_event(struct cpu *c)
{
	issue(c, (struct command){ { head(GITS_CMD_MOVI, some_device(c)),
				     some_event(c), some_collection(c) } });
}

static void move_collection(struct cpu *c)
{
	map_collection(c, some_collection(c), draw(&c->rng, NR_CPUS));
}

static void move_all(struct cpu *c)
{
	issue(c,
	      (struct command){ { GITS_CMD_MOVALL, 0,
				  (uint64_t)draw(&c->rng, NR_CPUS) << 16,
				  (uint64_t)draw(&c->rng, NR_CPUS) << 16 } });
}

static void reconfigure(struct cpu *c)
{
	uint32_t device = some_device(c), event = some_event(c);

	configure(LPI((device - 1) * EVENTS_PER_DEVICE + event),
		  draw(&c->rng, 0xf0), draw(&c->rng, 4));
	if (draw(&c->rng, 2)) {
		issue(c, (struct command){
				 { head(GITS_CMD_INV, device), event } });
	} else {
		invalidate_all(c);
	}
}

/* It is mapped already: nothing of its pending state changes. */
static void map_again(struct cpu *c)
{
	uint32_t device = some_device(c), event = some_event(c);

	map_event(c, device, event,
		  LPI((device - 1) * EVENTS_PER_DEVICE + event),
		  some_collection(c));
}

static void attack(struct cpu *c)
{
	/* clang-format off */
	static const uint32_t numbers[] = {
		GITS_CMD_INT, GITS_CMD_CLEAR, GITS_CMD_DISCARD, GITS_CMD_INV,
	};
	/* clang-format on */
	uint32_t event = draw(&c->rng, NR_HOSTILE_EVENTS);

	if (draw(&c->rng, 2)) {
		map_event(
			c, HOSTILE_DEVICE, event,
			LPI(NR_OWN_LPIS + draw(&c->rng, NR_LPIS - NR_OWN_LPIS)),
			draw(&c->rng, 2 * NR_CPUS));
	} else {
		issue(c, (struct command){ { head(numbers[draw(&c->rng, 4)],
						  HOSTILE_DEVICE),
					     event } });
	}
}

static void attack_collection(struct cpu *c)
{
	uint32_t icid = NR_CPUS + draw(&c->rng, NR_CPUS);

	if (draw(&c->rng, 2)) {
		map_collection(c, icid, draw(&c->rng, NR_CPUS));
	} else {
		issue(c, (struct command){ { GITS_CMD_MAPC, 0, icid } });
	}
}

static void attack_device(struct cpu *c)
{
	if (draw(&c->rng, 4)) {
		map_device(c, HOSTILE_DEVICE);
	} else {
		issue(c, (struct command){
				 { head(GITS_CMD_MAPD, HOSTILE_DEVICE) } });
	}
}

static const struct act moving[] = {
	{ 8, move_event }, { 4, move_collection },
	{ 2, move_all },   { 4, map_again },
	{ 0, NULL },
};

static const struct act commands[] = {
	{ 8, reconfigure },   { 8, attack }, { 2, attack_collection },
	{ 1, attack_device }, { 0, NULL },
};

static void command(struct cpu *c)
{
	if (lock()) {
		cpu_act(c, moves() && draw(&c->rng, 2) ? moving : commands);
		unlock();
	}
}

static void inject_hostile(struct cpu *c)
{
	cpu_leave(c);
	must(vgic_inject_msi(vm.gic, 0, HOSTILE_DEVICE,
			     draw(&c->rng, 2 * NR_HOSTILE_EVENTS)) >= 0);
	cpu_enter(c);
}

/*
 * Whoever sets GICR_CTLR.EnableLPIs to 0 keeps what is pending, in a table,
 * until it is 1 again; messages that come meanwhile are refused.
 */
static void switch_lpis(struct cpu *c)
{
	uint64_t frame = v3_frame(draw(&c->rng, NR_CPUS));

	if (switches()) {
		cpu_mmio(c, frame + GICR_CTLR, 4, true,
			 draw(&c->rng, 2) ? GICR_CTLR_EnableLPIs : 0);
	}
}

/* A command that names hostile LPIs alone. */
static void scribble(struct cpu *c)
{
	static const uint32_t numbers[] = {
		GITS_CMD_MAPD, GITS_CMD_MAPC,	GITS_CMD_MAPTI,
		GITS_CMD_MOVI, GITS_CMD_INT,	GITS_CMD_DISCARD,
		GITS_CMD_INV,  GITS_CMD_INVALL, GITS_CMD_CLEAR,
		GITS_CMD_SYNC,
	};
	uint64_t at = QUEUE1 + draw(&c->rng, NR_SLOTS1) * GITS_CMD_SIZE;
	uint64_t lpi = LPI(NR_OWN_LPIS + draw(&c->rng, NR_LPIS - NR_OWN_LPIS));
	uint32_t number = numbers[draw(&c->rng, 10)];
	uint64_t valid = draw(&c->rng, 4) ? GITS_CMD_V : 0;

	ram_write64(at, head(number, draw(&c->rng, 4)));
	ram_write64(at + 8, number == GITS_CMD_MAPD ?
				    3 :
				    lpi << 32 | draw(&c->rng, 16));
	ram_write64(at + 16,
		    number == GITS_CMD_MAPD ?
			    valid | ITT1 :
			    valid | (uint64_t)draw(&c->rng, NR_CPUS) << 16 |
				    draw(&c->rng, NR_CPUS));
}

static void its1_write(struct cpu *c, uint32_t offset, uint64_t valid,
		       uint64_t value)
{
	cpu_mmio(c, ITS1 + offset, 8, true,
		 value | (draw(&c->rng, 4) ? valid : 0));
}

static void its1_ctlr(struct cpu *c)
{
	cpu_mmio(c, ITS1 + GITS_CTLR, 4, true, draw(&c->rng, 4) > 0);
}

static void its1_queue(struct cpu *c)
{
	its1_write(c, GITS_CBASER, GITS_CBASER_Valid,
		   QUEUE1 | draw(&c->rng, 2));
}

static void its1_table(struct cpu *c)
{
	if (draw(&c->rng, 2)) {
		its1_write(c, GITS_BASER, GITS_BASER_Valid, DEVICE_TABLE1);
	} else {
		its1_write(c, GITS_BASER + 8, GITS_BASER_Valid,
			   COLLECTION_TABLE1);
	}
}

static void its1_message(struct cpu *c)
{
	cpu_leave(c);
	must(vgic_inject_msi(vm.gic, 1, draw(&c->rng, 4), draw(&c->rng, 16)) >=
	     0);
	cpu_enter(c);
}

static void its1_look(struct cpu *c)
{
	cpu_mmio(c, ITS1 + GITS_CREADR, 8, false, 0);
	cpu_mmio(c, ITS1 + GITS_CTLR, 4, false, 0);
}

static void its1_commands(struct cpu *c)
{
	scribble(c);
	cpu_mmio(c, ITS1 + GITS_CWRITER, 8, true,
		 draw(&c->rng, NR_SLOTS1) * GITS_CMD_SIZE);
}

static const struct act its1_acts[] = {
	{ 1, its1_ctlr },    { 1, its1_queue }, { 2, its1_table },
	{ 1, its1_message }, { 1, its1_look },	{ 2, its1_commands },
	{ 0, NULL },
};

static void attack_its(struct cpu *c)
{
	cpu_act(c, its1_acts);
}

static void invalidate_direct(struct cpu *c)
{
	uint64_t frame = v3_frame(draw(&c->rng, NR_CPUS));

	if (draw(&c->rng, 8)) {
		cpu_mmio(c, frame + GICR_INVLPIR, 8, true,
			 LPI(draw(&c->rng, NR_LPIS)));
	} else {
		cpu_mmio(c, frame + GICR_INVALLR, 8, true, 0);
	}
}

static void look(struct cpu *c)
{
	its_access(c, draw(&c->rng, 2) ? GITS_CREADR : GITS_BASER, false, 0);
}

/* clang-format off */
static const struct act acts[] = {
	{ 16, v3_act }, { 16, command }, { 4, inject_hostile },
	{ 4, invalidate_direct }, { 2, look }, { 2, switch_lpis },
	{ 8, attack_its }, { 0, NULL },
};
/* clang-format on */

const struct machine machine_its = {
	.name = "its",
	.make = make,
	.open = v3_open,
	.setup = setup,
	.take = v3_take,
	.end = v3_end,
	.recover = v3_recover,
	.deactivate = v3_dir,
	.maintenance = v3_maintenance,
	.acts = acts,
};
