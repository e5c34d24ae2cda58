/* SPDX-License-Identifier: BSD-2-Clause */
/* Making both worlds, and a vCPU's way in and out of guest code. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/ich.h"
#include "tests/diff/op.h"
#include "tests/usual.h"

/* More rounds than this without rest are a livelock. */
#define MANY_ROUNDS 1000

void world_fail(struct world *w, const char *format, ...)
{
	va_list args;

	if (w->failed) {
		return;
	}
	w->failed = true;
	w->kind = format;
	va_start(args, format);
	vsnprintf(w->failure, sizeof(w->failure), format, args);
	va_end(args);
}

static void on_kick(void *ctx, uint32_t vcpu)
{
	struct world *w = ctx;

	w->kicked[vcpu] = true;
}

static void on_bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	world_fail(ctx, "invariant: %s (vcpu %d, intid %x)", what, (int)vcpu,
		   intid);
}

int world_copy(struct world *w, unsigned int side, uint64_t ipa, void *to,
	       const void *from, size_t len)
{
	const uint64_t offset = ipa - V5_RAM;
	uint8_t *ram = w->v5.ram[side];

	if (offset >= V5_RAM_SIZE || len > V5_RAM_SIZE - offset) {
		return 1;
	}
	memcpy(to ? to : ram + offset, from ? from : ram + offset, len);
	return 0;
}

static int read_guest(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	return world_copy(ctx, 0, ipa, buf, NULL, len);
}

static int write_guest(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	return world_copy(ctx, 0, ipa, NULL, buf, len);
}

static const struct vgic_host_ops host_ops = {
	.kick = on_kick,
	.read_guest = read_guest,
	.write_guest = write_guest,
	.phys_set_active = device_set_active,
	.phys_set_pending = device_set_pending,
	.bug = on_bug,
};

bool world_create(struct world *w)
{
	const struct vgic_config *config = &w->vgic;
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		if (!w->arch->init_cpu(w, v)) {
			return false;
		}
	}
	w->memory_size = vgic_memory_size(config);
	w->memory = aligned_alloc(64, w->memory_size ? w->memory_size : 64);
	if (!w->memory ||
	    vgic_create(config, w->memory, w->memory_size, &w->gic) ||
	    !w->arch->place(w)) {
		return false;
	}
	for (v = 0; v < w->config.nr_vcpus; v++) {
		uint64_t mpidr = (uint64_t)(w->affinity[v] >> 24) << 32 |
				 (w->affinity[v] & 0xffffff);

		if (vgic_vcpu_create(w->gic, v, mpidr,
				     backend_hw(w->config.backend, &w->cpu[v]),
				     &w->vcpu[v])) {
			return false;
		}
	}
	device_connect(w);
	return true;
}

bool world_init(struct world *w, const struct world_config *config)
{
	memset(w, 0, arch_of(config->backend)->world_size);
	w->config = *config;
	w->arch = arch_of(config->backend);
	w->vgic.nr_vcpus = config->nr_vcpus;
	w->vgic.nr_spis = WORLD_SPIS;
	w->vgic.host = &host_ops;
	w->vgic.host_ctx = w;
	w->arch->init(w);
	if (!world_create(w)) {
		world_fail(w, "the vGIC could not be created");
		return false;
	}
	w->arch->reset(w);
	return !w->failed;
}

void world_fini(struct world *w)
{
	free(w->memory);
	w->memory = NULL;
}

static void load(struct world *w, uint32_t v)
{
	if (!w->resident[v]) {
		vgic_load(w->vcpu[v]);
		w->resident[v] = true;
	}
}

void world_exit(struct world *w, uint32_t v)
{
	if (w->in_guest[v]) {
		vgic_exit(w->vcpu[v]);
		w->in_guest[v] = false;
	}
}

void world_put(struct world *w, uint32_t v, bool wfi)
{
	world_exit(w, v);
	if (!w->resident[v]) {
		return;
	}
	if (wfi) {
		vgic_put_wfi(w->vcpu[v]);
	} else {
		vgic_put(w->vcpu[v]);
	}
	w->resident[v] = false;
}

void world_migrate(struct world *w, uint32_t v)
{
	world_put(w, v, false);
	backend_soil(w->config.backend, &w->cpu[v]);
	load(w, v);
}

/*
 * A condition that holds as soon as the guest is entered would hold for ever:
 * the guest never gets to run.
 */
static void enter_once(struct world *w, uint32_t v)
{
	load(w, v);
	w->kicked[v] = false;
	w->late[v] = 0;
	vgic_enter(w->vcpu[v]);
	w->in_guest[v] = true;
	if (world_maintenance(w, v) && !w->kicked[v]) {
		const struct model_vcpuif *m = &w->cpu[v].model;

		world_fail(w,
			   "vcpu %u: maintenance interrupt at once, MISR %x"
			   " HCR %08x VMCR %08x",
			   v, vgic_model_vcpuif_misr(m), m->hcr, m->vmcr);
	}
}

void world_step(struct world *w, uint32_t v)
{
	if (w->late[v] > 0) {
		w->late[v]--;
	}
	world_enter(w, v);
}

void world_enter(struct world *w, uint32_t v)
{
	if (!w->in_guest[v]) {
		enter_once(w, v);
	}
	world_settle(w);
}

void world_arrive(struct world *w, uint32_t v)
{
	world_enter(w, v);
	w->excused = false;
	for (v = 0; v < w->config.nr_vcpus; v++) {
		w->excused |= w->in_guest[v] && world_maintenance(w, v);
	}
}

static bool called_out(const struct world *w, uint32_t v)
{
	return w->kicked[v] || (world_maintenance(w, v) && w->late[v] == 0);
}

/*
 * Out and in, in one.  The short way has to leave the signals as the long one
 * would say they are.
 */
static void reenter_once(struct world *w, uint32_t v)
{
	int signals;

	w->kicked[v] = false;
	w->late[v] = 0;
	signals = reenter_as_usual(w->vcpu[v]);
	if (signals != VGIC_UNUSUAL &&
	    signals != (int)vgic_signals(w->vcpu[v])) {
		world_fail(w, "vcpu %u: entered again it signals %d", v,
			   signals);
	}
	w->stats[STAT_USUAL] += signals != VGIC_UNUSUAL;
}

/* Let one vCPU see what it was kicked or interrupted for. */
static bool attend(struct world *w, uint32_t v)
{
	if (w->in_guest[v] && called_out(w, v)) {
		w->stats[STAT_EXITS]++;
		if (stays_entered(w)) {
			reenter_once(w, v);
		} else {
			world_exit(w, v);
			enter_once(w, v);
		}
		return true;
	}
	/* Out, and perhaps asleep: it looks whether to wake up. */
	if (!w->in_guest[v] && w->kicked[v]) {
		w->kicked[v] = false;
		(void)vgic_pending(w->vcpu[v]);
		return true;
	}
	return false;
}

void world_settle(struct world *w)
{
	unsigned int rounds = 0;
	bool busy;
	uint32_t v;

	do {
		busy = device_take(w);
		for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
			busy |= attend(w, v);
		}
		if (++rounds > MANY_ROUNDS) {
			world_fail(w, "kicks and maintenance without end");
		}
	} while (busy && !w->failed);
}

void world_signal(struct world *w, uint32_t v)
{
	bool asserted;

	if (!w->arch->signalled(w, v, &asserted)) {
		return;
	}
	w->stats[STAT_COMPARED]++;
	if (!w->arch->may_signal(w, v, asserted)) {
		world_differ(w, "vcpu %u: signalled %d", v, asserted);
	}
}

void world_reset_cpu(struct world *w, uint32_t v, bool interrupts)
{
	world_put(w, v, false);
	vgic_vcpu_reset(w->vcpu[v], interrupts);
	w->arch->reset_cpu(w, v, interrupts);
	world_enter(w, v);
}

void world_reset(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		world_put(w, v, false);
	}
	vgic_reset(w->gic);
	w->arch->reset(w);
	world_settle(w);
}

void world_check(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		if (w->in_guest[v]) {
			return;
		}
	}
	if (vgic_check_invariants(w->gic)) {
		world_fail(w, "invariants do not hold");
	}
}

void world_compare(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		w->arch->leave(w, v);
	}
	world_settle(w);
	world_check(w);
	if (!w->config.hostile && !w->failed) {
		w->arch->compare(w);
	}
	if (!w->config.hostile && !w->failed) {
		device_check(w);
	}
}
