/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of an ITS in guest memory, as a VMM moves them; no vCPU runs. */
#ifndef VGIC_ITS_PERSIST_H
#define VGIC_ITS_PERSIST_H

#include "its/its.h"

/* VGIC_OK, or VGIC_E_FAULT memory has gone that was there for the commands. */
int vgic_its_save_tables(struct its_run *run, struct vgic_its *its);
/*
 * VGIC_OK; VGIC_E_FORMAT what does not exist; VGIC_E_EXIST a collection twice;
 * VGIC_E_FAULT no memory; VGIC_E_NOMEM more than there are records for, or too
 * much to look through.  After an error nothing is mapped.
 */
int vgic_its_restore_tables(struct its_run *run, struct vgic_its *its);
/* Nothing is mapped any more. */
void vgic_its_forget(struct its_run *run, struct vgic_its *its);

#endif
