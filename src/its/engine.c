/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine: who may change what ITSs and LPIs are made of.  One thread of a
 * VM has it at a time, for one slice of work, and lets it go before it returns
 * to its guest.  Nobody waits for it: who finds it taken has the guest repeat
 * its access, or leaves commands to the one who has it.
 */
#include "its/its.h"

bool vgic_its_begin(struct its_run *run, struct vgic *gic,
		    struct vgic_vcpu *self, bool stopped)
{
	run->gic = gic;
	run->self = self;
	run->stopped = stopped;
	run->left = stopped ? INT64_MAX : ITS_SLICE;
	run->enabling = VGIC_NIL;
	run->config.count = 0;
	run->pending.count = 0;
	return !vgic_exchange(&gic->its_busy, 1);
}

static struct vgic_its *find_commands(const struct vgic *gic)
{
	for (uint32_t i = 0; i < gic->config.its.nr_its; i++) {
		if (vgic_its_has_commands(&gic->its[i])) {
			return &gic->its[i];
		}
	}
	return NULL;
}

/*
 * A vCPU that adds commands meanwhile finds the engine taken and goes on: so
 * look for commands when it is no longer.
 */
bool vgic_its_end(struct its_run *run)
{
	struct vgic *gic = run->gic;
	struct vgic_its *its;

	for (;;) {
		/*
		 * Not a store: QEMU, to 11.1 at least, lets a load-acquire
		 * pass a store-release.
		 */
		(void)vgic_exchange(&gic->its_busy, 0);
		/* Those of a VM that stands still are for when it goes on. */
		its = run->stopped ? NULL : find_commands(gic);
		if (!its) {
			return true;
		}
		if (!its_has_time(run)) {
			return false;
		}
		/* The one who has it now will look, too. */
		if (vgic_exchange(&gic->its_busy, 1)) {
			return true;
		}
		vgic_its_run_commands(run, its);
	}
}

bool vgic_its_begin_access(struct its_run *run, struct vgic_mmio *mmio)
{
	if (vgic_its_begin(run, mmio->vcpu->gic, mmio->vcpu, mmio->user)) {
		return true;
	}
	mmio->retry = true;
	return false;
}

void vgic_its_end_access(struct its_run *run, struct vgic_mmio *mmio)
{
	if (!vgic_its_end(run)) {
		mmio->retry = true;
	}
}
