// Ctrl-C: work stops at the next step, so that temporary files are removed.
#pragma once

namespace limn::app {

void catch_interrupts();
bool is_interrupted();
/// Error(interrupted) once Ctrl-C was pressed or the process was asked to end.
void stop_if_interrupted(const char* remedy = "nothing was written; run it again");

}  // namespace limn::app
