/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs audits of many targets in worker threads and hands the finished reports, in order, to the renderers. */
#ifndef ZONEVET_COMMANDS_RUNNER_H
#define ZONEVET_COMMANDS_RUNNER_H

#include "auditor/commands/setup.h"
#include "auditor/facts/recording.h"
#include "auditor/gate/gate.h"
#include "auditor/gate/stored_run.h"

enum origin { ORIGIN_LIVE, ORIGIN_FILES, ORIGIN_RECORDING, ORIGIN_STORED };

struct plan {
    const struct options *options;
    struct setup *setup;
    enum origin origin;
    struct source files;            /* ORIGIN_FILES */
    const struct zone_set *zones;        /* ORIGIN_FILES: all of them */
    const struct zone_set *zones_before; /* the state before the change that is judged, or NULL */
    struct recording *recording;    /* ORIGIN_RECORDING: its head replaces id, times, mode and settings */
    struct gate *gate;              /* what results are held against, or NULL */
    const struct stored_run *stored; /* ORIGIN_STORED: a report of ours, rendered and gated again */
    const struct table *unknown_before; /* fingerprints of what the old side of a diff could not tell: no news; or NULL */
    const char *resolver;           /* for the report: "iterative", the forwarder, or "none" */
};

/** Audit everything and write every report. @return the exit code */
int runner_run(const struct plan *plan);

#endif
