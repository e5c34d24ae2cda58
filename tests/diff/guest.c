/* SPDX-License-Identifier: BSD-2-Clause */
/* One guest instruction at a time, in both worlds. */
#include <inttypes.h>
#include <stdio.h>

#include "tests/diff/op.h"
#include "tests/usual.h"

#define MANY_RETRIES 16
#define MANY_ROUNDS 20000

/* One access as libvgic's embedder handles it once it trapped. */
struct trapped {
	bool mmio;
	uint64_t where; /* IPA, or SYSREG_ENC() */
	unsigned int width;
	bool write;
	uint64_t *value;
};

static enum vgic_trap trap_once(struct world *w, uint32_t v,
				const struct trapped *t)
{
	if (t->mmio) {
		return vgic_trap_mmio(w->vcpu[v], t->where, t->width, t->write,
				      t->value);
	}
	return vgic_trap_sysreg(w->vcpu[v], (uint32_t)t->where, t->write,
				t->value);
}

/* The short way has to leave the signals as the long one would say they are. */
static enum vgic_trap sysreg_entered(struct world *w, uint32_t v,
				     const struct trapped *t)
{
	uint32_t sysreg = (uint32_t)t->where;
	int signals = trap_usual(w->vcpu[v], sysreg, t->write, t->value);

	if (signals == VGIC_UNUSUAL) {
		return vgic_trap_sysreg_entered(w->vcpu[v], sysreg, t->write,
						t->value);
	}
	if (signals != (int)vgic_signals(w->vcpu[v])) {
		world_fail(w, "vcpu %u: %x signals %d", v, sysreg, signals);
	}
	w->stats[STAT_USUAL]++;
	return VGIC_TRAP_DONE;
}

/*
 * Half of the time libvgic may answer while the vCPU stays entered.  It answers
 * the same, or not at all.  With a GICv5's CPU interface in hardware it does
 * not know what an instruction would find.
 */
static enum vgic_trap trap_entered(struct world *w, uint32_t v,
				   const struct trapped *t)
{
	enum vgic_trap result;

	if (!w->in_guest[v] || !stays_entered(w)) {
		return VGIC_TRAP_NOT_MINE;
	}
	if (t->mmio) {
		result = vgic_trap_mmio_entered(w->vcpu[v], t->where, t->width,
						t->write, t->value);
	} else {
		result = sysreg_entered(w, v, t);
	}
	if (vgic_arch_model(w->vgic.arch) == VGIC_GICV5 &&
	    !w->config.backend->soft && result != VGIC_TRAP_NOT_MINE) {
		world_fail(w, "vcpu %u: access to %" PRIx64 " while entered", v,
			   t->where);
	}
	w->stats[STAT_ENTERED] += result == VGIC_TRAP_DONE;
	return result;
}

/*
 * The vCPU has trapped.  Afterwards it goes on: what it posted to itself it
 * finds when it enters, and others may wait for that.
 */
static bool trap(struct world *w, uint32_t v, const struct trapped *t)
{
	const uint64_t given = *t->value;
	enum vgic_trap result = trap_entered(w, v, t);
	unsigned int tries;

	if (result != VGIC_TRAP_NOT_MINE && result != VGIC_TRAP_RETRY) {
		world_step(w, v);
		return result == VGIC_TRAP_DONE;
	}
	for (tries = 0; tries < MANY_RETRIES && !w->failed; tries++) {
		world_exit(w, v);
		*t->value = given;
		result = trap_once(w, v, t);
		if (result != VGIC_TRAP_RETRY) {
			world_enter(w, v);
			return result == VGIC_TRAP_DONE;
		}
		w->stats[STAT_RETRIES]++;
		world_settle(w);
		world_enter(w, v);
	}
	world_fail(w, "vcpu %u: access to %" PRIx64 " retried for ever", v,
		   t->where);
	return false;
}

bool guest_raw(struct world *w, uint32_t v, uint32_t enc, bool write,
	       uint64_t *value)
{
	const struct trapped t = {
		.where = enc,
		.write = write,
		.value = value,
	};
	enum model_access access;

	world_arrive(w, v);
	access = w->arch->execute(w, v, enc, write, value);
	if (access == MODEL_TRAP) {
		return trap(w, v, &t);
	}
	world_step(w, v);
	return access == MODEL_DONE;
}

bool guest_trapped_mmio(struct world *w, uint32_t v, uint64_t ipa,
			unsigned int width, bool write, uint64_t *value)
{
	const struct trapped t = {
		.mmio = true,
		.where = ipa,
		.width = width,
		.write = write,
		.value = value,
	};

	return trap(w, v, &t);
}

bool guest_raw_mmio(struct world *w, uint32_t v, uint64_t ipa,
		    unsigned int width, bool write, uint64_t *value)
{
	world_arrive(w, v);
	return guest_trapped_mmio(w, v, ipa, width, write, value);
}

void guest_saw(struct world *w, uint64_t value)
{
	w->stats[STAT_COMPARED]++;
	if (w->trace) {
		printf("\t= %#" PRIx64 "\n", value);
	}
}

/* The guest read `ours` of what the oracle says is `theirs`. */
static void agree(struct world *w, uint32_t v, uint64_t ours, uint64_t theirs,
		  uint64_t mask)
{
	guest_saw(w, ours);
	if ((ours & mask) != (theirs & mask)) {
		world_differ(
			w, "vcpu %u: vgic reads %#" PRIx64 ", oracle %#" PRIx64,
			v, ours & mask, theirs & mask);
	}
}

void guest_read(struct world *w, uint32_t v, uint32_t enc)
{
	uint64_t ours = 0, theirs = 0, mask;

	if (!w->arch->access(w, v, enc, false, &ours)) {
		world_differ(w, "vcpu %u: read of %x refused", v, enc);
		return;
	}
	mask = w->arch->oracle_read(w, v, enc, &theirs);
	agree(w, v, ours, theirs, mask);
}

void guest_write(struct world *w, uint32_t v, uint32_t enc, uint64_t value)
{
	/* Both before anything settles: a deactivation has consequences. */
	world_enter(w, v);
	w->arch->oracle_write(w, v, enc, value);
	if (!w->arch->access(w, v, enc, true, &value)) {
		world_differ(w, "vcpu %u: write of %x refused", v, enc);
	}
}

void guest_mmio(struct world *w, uint32_t v, int frame, uint32_t offset,
		unsigned int width, bool write, uint64_t value)
{
	struct guest_mmio m = {
		.v = v,
		.frame = frame,
		.offset = offset,
		.width = width,
	};
	uint64_t theirs, mask;
	bool done;

	if (!w->arch->mmio(w, &m)) {
		return;
	}
	world_enter(w, m.v);
	if (write) {
		value = w->arch->mmio_write(w, &m, value);
	}
	done = guest_raw_mmio(w, m.v, m.ipa, m.width, write, &value);
	if (!done) {
		world_differ(w, "vcpu %u: access to %" PRIx64 " refused", m.v,
			     m.ipa);
	} else if (!write) {
		mask = w->arch->mmio_read(w, &m, &theirs);
		agree(w, m.v, value, theirs, mask);
	}
}

void guest_wfi(struct world *w, uint32_t v)
{
	bool pending;

	world_arrive(w, v);
	world_signal(w, v);
	world_exit(w, v);
	pending = vgic_pending(w->vcpu[v]);
	w->stats[STAT_COMPARED]++;
	w->stats[STAT_WAKES] += pending;
	if (!w->arch->may_signal(w, v, pending)) {
		world_differ(w, "vcpu %u: vgic_pending() is %d", v, pending);
	}
	world_settle(w);
	if (!pending) {
		world_put(w, v, true);
	}
}

void guest_drain(struct world *w)
{
	unsigned int rounds = 0;
	bool busy = true;
	uint32_t v;

	w->arch->open(w);
	while (busy && !w->failed) {
		busy = false;
		for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
			busy |= w->arch->serve(w, v);
		}
		if (++rounds > MANY_ROUNDS) {
			world_fail(w, "interrupts without end");
		}
	}
	if (!w->failed) {
		w->arch->check_left(w);
	}
	if (!w->failed) {
		world_compare(w);
	}
}
