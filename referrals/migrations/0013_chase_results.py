from django.db import migrations, models

from ._live import ChangeCheckLive


class Migration(migrations.Migration):

    atomic = False  # the check is read over the tasks while people write

    dependencies = [
        ('referrals', '0012_row_changed_at'),
    ]

    operations = [
        migrations.AlterField(
            model_name='task',
            name='duty',
            field=models.CharField(choices=[('tell_profile', 'Tell about your child’s day'), ('answer_goals', 'Answer the goals'), ('sign_renewed_plan', 'Sign the renewed plan'), ('renew_plan', 'Renew the plan of care'), ('renew_prescription', 'Renew the prescription'), ('ask_prescription', 'The prescription is about to end'), ('sign_session', 'Finish the visit notes'), ('cosign_session', 'Co-sign the assistant’s notes'), ('answer_check_in', 'Answer a question'), ('agree_pause', 'Answer the wish for a pause'), ('acknowledge_report', 'Read the progress report'), ('note_discharge', 'Read how therapy ended'), ('answer_correction', 'Answer a wish for a correction'), ('answer_results', 'Send the results asked for'), ('chase_results', 'Ask the school or programme again, or take it back')], max_length=24),
        ),
        ChangeCheckLive(
            model_name='task',
            constraint=models.CheckConstraint(condition=models.Q(('duty__in', ['tell_profile', 'answer_goals', 'sign_renewed_plan', 'renew_plan', 'renew_prescription', 'ask_prescription', 'sign_session', 'cosign_session', 'answer_check_in', 'agree_pause', 'acknowledge_report', 'note_discharge', 'answer_correction', 'answer_results', 'chase_results'])), name='task_duty_known'),
        ),
    ]
