/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of an ITS, as a VMM moves them; no vCPU runs. */
#ifndef VGIC_ITS_PERSIST_H
#define VGIC_ITS_PERSIST_H

#include "its/its.h"

/* VGIC_OK, or VGIC_E_FAULT where the guest has no memory. */
int its_save_tables(struct vgic *gic, struct vgic_its *its);
/*
 * Also VGIC_E_FORMAT what does not exist, VGIC_E_EXIST a collection twice.
 * After an error nothing has changed.
 */
int its_restore_tables(struct vgic *gic, struct vgic_vcpu *self,
		       struct vgic_its *its);

/* No event is mapped any more. */
void its_forget(struct vgic *gic, struct vgic_vcpu *self,
		const struct vgic_its *its);

#endif
