/* SPDX-License-Identifier: BSD-2-Clause */
/* The host: devices, mappings, scheduling, resets, snapshots. */
#include <string.h>

#include <vgic/snapshot.h>
#include <vgic/uaccess.h>

#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/gits.h"
#include "tests/fuzz/stream.h"

/* A PPI that a device has, or software: GICv5's SW_PPI. */
static uint32_t some_ppi(const struct machine *m, uint8_t which)
{
	static const uint8_t v5[] = { 3, 23, 27, 65, 64, 28 };

	return vgic_arch_model(m->vgic.arch) == VGIC_GICV5 ?
		       GICV5_PPI(v5[which % sizeof(v5)]) :
		       16u + which % 16;
}

static void some_edge(struct machine *m, uint32_t v, struct bytes *in)
{
	uint32_t intid = tracked_intid(m, take8(in) % SPIS);

	if (!vgic_inject_irq(m->gic, v, intid, true, m)) {
		account_posted(m, intid);
	}
	(void)vgic_inject_irq(m->gic, v, intid, false, m);
}

static void some_line(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t which = take8(in);
	uint32_t intid = tracked_intid(m, which % SPIS);
	bool level = which & 0x80;

	if (!vgic_inject_irq(m->gic, v, intid, level, m) && level) {
		account_posted(m, intid);
	}
}

static void ppi(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t which = take8(in);

	(void)vgic_inject_irq(m->gic, v, some_ppi(m, which), which & 0x80, m);
}

static void message(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t which = take8(in);

	if (vgic_arch_model(m->vgic.arch) == VGIC_GICV5) {
		uint32_t intid = tracked_intid(m, SPIS + which % LPIS);

		if (!vgic_inject_irq(m->gic, v, intid, true, m)) {
			account_posted(m, intid);
		}
		return;
	}
	(void)vgic_check_msi(m->gic, 0, which & 3, which >> 2 & 0xf);
	if (vgic_inject_msi(m->gic, 0, which & 3, which >> 2 & 0xf) == 1) {
		books(m)->messages++;
	}
}

static void change_phys_line(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);

	(void)v;
	phys_line(m, how % NR_PHYS, how & 0x80);
}

static bool sample(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct machine *m = opaque;

	(void)vcpu;
	for (uint32_t n = 0; n < NR_PHYS; n++) {
		if (phys_intid(m, n) == intid) {
			return m->phys[n].line;
		}
	}
	stream_failed("INTID", (int)intid, "not mapped");
}

static bool queue_none(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)opaque;
	(void)vcpu;
	(void)intid;
	return false;
}

static bool set_pending(void *opaque, uint32_t vcpu, uint32_t intid,
			bool pending)
{
	(void)pending;
	return queue_none(opaque, vcpu, intid);
}

/* The device's line falls with the end of its interrupt. */
static void acked(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct machine *m = opaque;

	(void)vgic_inject_irq(m->gic, vcpu, intid, false, m);
}

static const struct vgic_irq_ops all_ops[] = {
	{ .get_input_level = sample },
	{ .get_input_level = sample, .flags = VGIC_IRQ_SW_RESAMPLE },
	{ .queue_irq_unlock = queue_none, .set_pending_state = set_pending },
	{ .irq_ended = acked },
};

static void some_map(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);
	uint32_t n = how % NR_PHYS, intid = phys_intid(m, n);
	struct machine_phys *phys = &m->phys[n];

	/* The physical PPI is the CPU's: here one vCPU at a time has it. */
	if (n == PHYS_TIMER && phys->mapped && phys->vcpu != v) {
		v = phys->vcpu;
	}
	if (how & 0x80) {
		if (!vgic_map_irq(m->gic, v, intid, intid)) {
			*phys = (struct machine_phys){
				.mapped = true,
				.vcpu = v,
				.intid = intid,
				.pintid = intid,
			};
		}
	} else if (!vgic_unmap_irq(m->gic, v, intid)) {
		phys->mapped = false;
		phys->active = false;
	}
	if (how & 0x40) {
		(void)vgic_set_irq_ops(
			m->gic, v, intid,
			how & 0x20 ? &all_ops[how >> 3 & 3] : NULL, m);
	}
}

static void own(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);
	uint32_t intid = how & 0x40 ? some_ppi(m, how) :
				      tracked_intid(m, how % SPIS);

	(void)vgic_set_owner(m->gic, v, intid,
			     how & 0x80 ? (void *)m->ram : NULL);
}

static void schedule(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);

	stop(m, v);
	if (how & 1) {
		vgic_put(m->vcpu[v]);
	}
	if (how & 2) {
		(void)vgic_pending(m->vcpu[v]);
	}
	if (how & 4) {
		run(m, v);
	}
}

static void reset(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);

	put_all(m);
	books(m)->upset = true;
	if (how == 0xff) {
		vgic_reset(m->gic);
	} else {
		vgic_vcpu_reset(m->vcpu[v], how & 1);
	}
}

/* The guest goes on from a snapshot, as if nothing had happened. */
static void move(struct machine *m, uint32_t v, struct bytes *in)
{
	struct vgic_snapshot_where where;
	bool whole = take8(in) & 1;
	int64_t size;
	void *buf;

	put_all(m);
	size = whole ? vgic_snapshot_size(m->gic) :
		       vgic_snapshot_vcpu_size(m->vcpu[v]);
	MUST(size > 0);
	buf = malloc((size_t)size);
	MUST(buf);
	MUST((whole ? vgic_snapshot_save(m->gic, buf, (size_t)size) :
		      vgic_snapshot_save_vcpu(m->vcpu[v], buf, (size_t)size)) ==
	     size);
	MUST(!vgic_snapshot_restore(m->gic, buf, (size_t)size, &where));
	free(buf);
}

/* A VMM reads and writes registers of the stopped VM. */
static void access_as_vmm(struct machine *m, uint32_t v, struct bytes *in)
{
	uint8_t how = take8(in);
	uint32_t offset = (uint32_t)take(in, 2);
	uint64_t value = how & 0x80 ? take(in, 4) : 0;
	uint32_t half = (uint32_t)value;
	bool write = how & 0x80;

	put_all(m);
	books(m)->upset |= write;
	switch (how & 7) {
	case 0:
	case 1:
	case 2:
		(void)vgic_uaccess_reg(m->vcpu[v],
				       (enum vgic_uaccess_frame)(how & 7),
				       offset & ~3u, write, &half);
		break;
	case 3:
		(void)vgic_uaccess_lines(m->vcpu[v], 32 * (offset & 3), write,
					 &half);
		break;
	case 4:
		(void)vgic_uaccess_irs(m->vcpu[v], 0, offset, write, &value);
		break;
	case 5:
		(void)vgic_uaccess_its(m->vcpu[v], 0, offset & ~7u, write,
				       &value);
		break;
	case 6:
		(void)vgic_uaccess_iste(m->vcpu[v],
					tracked_intid(m, offset % NR_TRACKED),
					write, &half);
		break;
	default:
		(void)vgic_uaccess_sysreg(m->vcpu[v], offset, write, &value);
		break;
	}
}

/* What a VMM does with an ITS's tables. */
static void move_tables(struct machine *m, uint32_t v, struct bytes *in)
{
	static int (*const acts[])(struct vgic_vcpu * vcpu, uint32_t its) = {
		vgic_uaccess_save_its,
		vgic_uaccess_restore_its,
		vgic_uaccess_reset_its,
	};
	uint8_t how = take8(in);

	put_all(m);
	books(m)->upset = true;
	if (how % 4 == 3) {
		(void)vgic_uaccess_save_lpis(m->vcpu[v]);
	} else {
		(void)acts[how % 4](m->vcpu[v], 0);
	}
}

static void look(struct machine *m, uint32_t v, struct bytes *in)
{
	struct vgic_its_stats its;
	struct vgic_irq_info info;
	struct vgic_stats stats;
	uint32_t number;

	(void)vgic_get_irq_info(m->gic, v, (uint32_t)take(in, 2), &info);
	vgic_get_stats(m->vcpu[v], &stats);
	(void)vgic_get_its_stats(m->gic, 0, &its);
	(void)vgic_find_its(m->gic, MACHINE_ITS + GITS_TRANSLATER, &number);
	(void)vgic_signals(m->vcpu[v]);
}

static void fail(struct machine *m, uint32_t v, struct bytes *in)
{
	(void)v;
	books(m)->failing = take8(in);
	books(m)->until_failure = books(m)->failing >> 2;
}

void host_step(struct machine *m, uint32_t v, struct bytes *in)
{
	static void (*const acts[])(struct machine * m, uint32_t v,
				    struct bytes * in) = {
		some_edge, some_edge,	     some_line,	  ppi,	message,
		message,   change_phys_line, some_map,	  own,	schedule,
		move,	   access_as_vmm,    move_tables, look, reset,
		fail,
	};

	acts[take8(in) % (sizeof(acts) / sizeof(acts[0]))](m, v, in);
	machine_serve_all(m);
}
