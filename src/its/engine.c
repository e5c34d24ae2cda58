/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine: one try-lock of the VM, held by the thread that changes records,
 * tables, configurations or the registers of ITSs.
 *
 * A thread holds it for one slice of work at most, and lets it go before it
 * returns to its guest.  No thread waits for it.  A thread that finds it taken
 * has its guest repeat the access (VGIC_TRAP_RETRY).  A write of GITS_CWRITER
 * does not even do that: it leaves its commands to the holder, which looks for
 * commands after it has let go.
 */
#include "its/its.h"

/*
 * The exchange is the lock.  It pairs with the exchange of vgic_its_end(): the
 * new holder sees all that the last one stored.
 */
bool vgic_its_begin(struct its_run *run, struct vgic *gic,
		    struct vgic_vcpu *self, bool stopped)
{
	run->gic = gic;
	run->self = self;
	run->stopped = stopped;
	run->left = stopped ? INT64_MAX : ITS_SLICE;
	run->enabling = VGIC_NIL;
	/* vgic_lpi_read_bytes() compares `first` of an empty piece, too. */
	run->config.first = 0;
	run->config.count = 0;
	run->pending.first = 0;
	run->pending.count = 0;
	return !vgic_exchange(&gic->its_busy, 1);
}

/* The first ITS with commands in its queue, or null. */
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
 * A vCPU stores GITS_CWRITER, then finds the engine taken, and goes on: its
 * commands are the holder's to carry out.  So the holder lets the engine go
 * first and looks for commands second.  Of these two threads the later one sees
 * what the other one stored: either the vCPU finds the engine free, or the
 * holder finds the commands.
 */
bool vgic_its_end(struct its_run *run)
{
	struct vgic *gic = run->gic;
	struct vgic_its *its;

	for (;;) {
		/*
		 * Pairs with store_cwriter() in frames.c and the exchange of
		 * vgic_its_begin(). An exchange rather than a store, because
		 * QEMU, up to 11.1 at least, lets the load-acquire that follows
		 * overtake a store-release.
		 */
		(void)vgic_exchange(&gic->its_busy, 0);
		/*
		 * A VM that stands still gets its commands carried out when it
		 * goes on.
		 */
		its = run->stopped ? NULL : find_commands(gic);
		if (!its) {
			return true;
		}
		if (!its_has_time(run)) {
			return false;
		}
		/*
		 * Another thread took it meanwhile; it looks for commands when
		 * it lets go.
		 */
		if (vgic_exchange(&gic->its_busy, 1)) {
			return true;
		}
		vgic_its_run_commands(run, its);
	}
}

/*
 * For registers: a taken engine, or commands that are left over, make the guest
 * repeat its access.  The access must be one that may be done twice.
 */
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
