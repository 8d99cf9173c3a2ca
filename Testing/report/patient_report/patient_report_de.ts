<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE" sourcelanguage="en">
<context>
    <name>anatomy.muscles</name>
    <message>
        <source>adductor</source>
        <translation>Adduktoren</translation>
    </message>
    <message>
        <source>biceps femoris</source>
        <translation>Biceps femoris</translation>
    </message>
    <message>
        <source>gracilis</source>
        <translation>Gracilis</translation>
    </message>
    <message>
        <source>rectus femoris</source>
        <translation>Rectus femoris</translation>
    </message>
    <message>
        <source>sartorius</source>
        <translation>Sartorius</translation>
    </message>
    <message>
        <source>semimembranosus</source>
        <translation>Semimembranosus</translation>
    </message>
    <message>
        <source>semitendinosus</source>
        <translation>Semitendinosus</translation>
    </message>
    <message>
        <source>vastus intermedius</source>
        <translation>Vastus intermedius</translation>
    </message>
    <message>
        <source>vastus lateralis</source>
        <translation>Vastus lateralis</translation>
    </message>
    <message>
        <source>vastus medialis</source>
        <translation>Vastus medialis</translation>
    </message>
    <message>
        <source>anterior compartment</source>
        <translation>Vordere Loge</translation>
    </message>
    <message>
        <source>deep posterior compartment</source>
        <translation>Tiefe hintere Loge</translation>
    </message>
    <message>
        <source>gastrocnemius lateralis</source>
        <translation>Gastrocnemius lateralis</translation>
    </message>
    <message>
        <source>gastrocnemius medialis</source>
        <translation>Gastrocnemius medialis</translation>
    </message>
    <message>
        <source>lateral compartment</source>
        <translation>Seitliche Loge</translation>
    </message>
    <message>
        <source>soleus</source>
        <translation>Soleus</translation>
    </message>
</context>
<context>
    <name>anatomy.regions</name>
    <message>
        <source>thigh</source>
        <translation>Oberschenkel</translation>
    </message>
    <message>
        <source>calf</source>
        <translation>Unterschenkel</translation>
    </message>
</context>
<context>
    <name>anatomy.sides</name>
    <message>
        <source>Left {muscle}</source>
        <translation>{muscle} links</translation>
    </message>
    <message>
        <source>Right {muscle}</source>
        <translation>{muscle} rechts</translation>
    </message>
    <message>
        <source>left</source>
        <translation>links</translation>
    </message>
    <message>
        <source>right</source>
        <translation>rechts</translation>
    </message>
</context>
<context>
    <name>biomarkers.warnings</name>
    <message>
        <source>Fat and water are likely swapped in it: look at the FF map.</source>
        <translation>Fett und Wasser sind darin wohl vertauscht: Sehen Sie die FF-Karte an.</translation>
    </message>
    <message>
        <source>labels</source>
        <translation>Labels</translation>
    </message>
    <message>
        <source>Of different patients, as their DICOM headers say: {images}.</source>
        <translation>Laut DICOM-Header von verschiedenen Personen: {images}.</translation>
    </message>
    <message>
        <source>These are likely labels of the {likely}, not of the {region}: no other value occurs.</source>
        <translation>Dies sind wohl Labels von: {likely}, nicht: {region}; kein anderer Wert kommt vor.</translation>
    </message>
    <message>
        <source>FF above {percent} %: errors of segmentation and of all biomarkers grow.</source>
        <translation>FF über {percent} %: Fehler der Segmentierung und aller Biomarker nehmen zu.</translation>
    </message>
    <message>
        <source>Of different DICOM frames of reference, so that they may not match: {images}.</source>
        <translation>Aus verschiedenen DICOM-Bezugssystemen, sodass sie womöglich nicht passen: {images}.</translation>
    </message>
    <message>
        <source>Cut by the field of view: the volume is that of a part.</source>
        <translation>Vom Bildfeld angeschnitten: Das Volumen ist das eines Teils.</translation>
    </message>
    <message>
        <source>{count} voxels of the {map} map excluded: no value, or an impossible one.</source>
        <translation>{count} Voxel der {map}-Karte ausgeschlossen: kein oder ein unmöglicher Wert.</translation>
    </message>
    <message>
        <source>{map} map</source>
        <translation>{map}-Karte</translation>
    </message>
    <message>
        <source>fat image</source>
        <translation>Fettbild</translation>
    </message>
    <message>
        <source>water image</source>
        <translation>Wasserbild</translation>
    </message>
    <message>
        <source>{map} taken as {unit}, as stated, though its values look like {likely}.</source>
        <translation>{map} wie angegeben als {unit} genommen, obwohl die Werte nach {likely} aussehen.</translation>
    </message>
    <message>
        <source>{count} voxel of the {map} map excluded: no value, or an impossible one.</source>
        <translation>{count} Voxel der {map}-Karte ausgeschlossen: kein oder ein unmöglicher Wert.</translation>
    </message>
    <message>
        <source>Its MTR is lowered by fat: compare the fat-corrected one.</source>
        <translation>Fett erniedrigt die MTR: Vergleichen Sie die fettkorrigierte.</translation>
    </message>
    <message>
        <source>Its T2 is prolonged by fat: it is not one of muscle.</source>
        <translation>Fett verlängert die T2: Sie ist nicht die des Muskels.</translation>
    </message>
    <message>
        <source>One voxel of contour moves FF by {points} points.</source>
        <translation>Ein Voxel Kontur verschiebt die FF um {points} Punkte.</translation>
    </message>
    <message>
        <source>{map} taken as {unit} (assumed).</source>
        <translation>{map} als {unit} genommen (angenommen).</translation>
    </message>
    <message>
        <source>The {map} map covers {percent} % of it.</source>
        <translation>Die {map}-Karte bedeckt {percent} % davon.</translation>
    </message>
</context>
<context>
    <name>patient_report.body_map</name>
    <message>
        <source>The patient's own slice {number} of {count} ({position} mm), with most muscles; a muscle's color and number are the mean of all of it that was imaged, not of this slice.</source>
        <translation>Schicht {number} von {count} ({position} mm) dieser Person, mit den meisten Muskeln; Farbe und Zahl eines Muskels sind das Mittel von allem, was von ihm abgebildet ist, nicht dieser Schicht.</translation>
    </message>
    <message>
        <source>Fat fraction, mean of the muscle (%)</source>
        <translation>Fettfraktion, Mittel des Muskels (%)</translation>
    </message>
    <message>
        <source>T2, mean of the muscle (ms)</source>
        <translation>T2, Mittel des Muskels (ms)</translation>
    </message>
    <message>
        <source>Not in it: {muscles}.</source>
        <translation>Nicht darin: {muscles}.</translation>
    </message>
</context>
<context>
    <name>patient_report.change_section</name>
    <message>
        <source>Change: this visit less the earlier one, over the {length} mm of the limb that both visits show, which the muscles' areas tell; so numbers differ from those of all that was imaged.</source>
        <translation>Änderung: diese Untersuchung minus die frühere, über die {length} mm des Beins, die beide zeigen (erkannt an den Flächen der Muskeln); daher weichen die Zahlen von denen alles Abgebildeten ab.</translation>
    </message>
    <message>
        <source>Change: this visit less the earlier one, each of all that was imaged. The profiles of the earlier visit were not given: where the visits do not show the same part of the limb, the change is due to that too.</source>
        <translation>Änderung: diese Untersuchung minus die frühere, jeweils alles Abgebildete. Profile der früheren Untersuchung lagen nicht vor: Zeigen beide nicht denselben Teil des Beins, so rührt die Änderung auch daher.</translation>
    </message>
    <message>
        <source>The repeatability that was given is of the same levels of the limb at each measurement, and so is not used here.</source>
        <translation>Die vorgelegte Wiederholbarkeit gilt für gleiche Höhen des Beins bei jeder Messung und wird hier daher nicht verwendet.</translation>
    </message>
    <message>
        <source>SDC: smallest detectable change, 1.96 √2 SEM. * beyond the SDC; of twenty unchanged muscles one is so by chance. ** beyond noise with all muscles looked at (P &lt; 0.05 after Holm).</source>
        <translation>SDC: kleinste nachweisbare Änderung, 1.96 √2 SEM. * größer als die SDC; von zwanzig unveränderten Muskeln ist es einer durch Zufall. ** auch bei Betrachtung aller Muskeln größer als das Rauschen (P &lt; 0.05 nach Holm).</translation>
    </message>
    <message>
        <source>The SDC of this scanner and these readers is not known, since no repeated measurements were given: the SDC here is of a published measurement error (coefficients of variation of 1.5 % for volumes and 2.1 % for FF; PMC6240750).</source>
        <translation>Die SDC dieses Geräts und dieser Befunder ist nicht bekannt, da keine Wiederholungsmessungen vorgelegt wurden: Die SDC hier beruht auf einem veröffentlichten Messfehler (Variationskoeffizienten von 1.5 % für Volumina und 2.1 % für FF; PMC6240750).</translation>
    </message>
    <message>
        <source>The SDC here is of the repeated measurements that were given.</source>
        <translation>Die SDC hier beruht auf den vorgelegten Wiederholungsmessungen.</translation>
    </message>
    <message>
        <source>An SDC of – is not known: whether this muscle changed cannot be told.</source>
        <translation>Eine SDC von – ist nicht bekannt: Ob sich dieser Muskel geändert hat, ist nicht zu sagen.</translation>
    </message>
    <message>
        <source>Changes beyond the SDC: {changes}.</source>
        <translation>Änderungen über der SDC: {changes}.</translation>
    </message>
    <message>
        <source>No change is beyond the SDC.</source>
        <translation>Keine Änderung liegt über der SDC.</translation>
    </message>
    <message>
        <source>{quantity} of {muscles}</source>
        <translation>{quantity} von {muscles}</translation>
    </message>
    <message>
        <source>No smallest detectable change is known for {quantities}: whether they changed cannot be told.</source>
        <translation>Für {quantities} ist keine kleinste nachweisbare Änderung bekannt: Ob sie sich geändert haben, ist nicht zu sagen.</translation>
    </message>
    <message>
        <source>Change since the earlier visit</source>
        <translation>Änderung seit der früheren Untersuchung</translation>
    </message>
    <message>
        <source>earlier</source>
        <translation>früher</translation>
    </message>
    <message>
        <source>change</source>
        <translation>Änderung</translation>
    </message>
    <message>
        <source>Change since the earlier visit of {date}</source>
        <translation>Änderung seit der früheren Untersuchung vom {date}</translation>
    </message>
    <message>
        <source>Muscle</source>
        <translation>Muskel</translation>
    </message>
    <message>
        <source>SDC</source>
        <translation>SDC</translation>
    </message>
</context>
<context>
    <name>patient_report.composing</name>
    <message>
        <source>Slices and profile along the limb</source>
        <translation>Schichten und Profil entlang des Beins</translation>
    </message>
    <message>
        <source>Quantitative MRI of the leg muscles</source>
        <translation>Quantitative MRT der Beinmuskeln</translation>
    </message>
    <message>
        <source>Body map</source>
        <translation>Querschnitt in Farben</translation>
    </message>
    <message>
        <source>page {number} of {count}</source>
        <translation>Seite {number} von {count}</translation>
    </message>
</context>
<context>
    <name>patient_report.composite_section</name>
    <message>
        <source>Plain means of the muscles' means, of both sides: each muscle counts once, whatever its size.</source>
        <translation>Einfache Mittel der Mittelwerte der Muskeln beider Seiten: Jeder Muskel zählt einmal, wie groß er auch ist.</translation>
    </message>
    <message>
        <source>muscles with {low} to {high} % fat at this visit</source>
        <translation>Muskeln mit {low} bis {high} % Fett bei dieser Untersuchung</translation>
    </message>
    <message>
        <source>Composites for trials</source>
        <translation>Zusammengefasste Werte für Studien</translation>
    </message>
    <message>
        <source>muscles with {low} to {high} % fat at the earlier visit</source>
        <translation>Muskeln mit {low} bis {high} % Fett bei der früheren Untersuchung</translation>
    </message>
    <message>
        <source>Mean over</source>
        <translation>Mittel über</translation>
    </message>
    <message>
        <source>Muscles</source>
        <translation>Muskeln</translation>
    </message>
    <message>
        <source>Change of FF</source>
        <translation>Änderung der FF</translation>
    </message>
</context>
<context>
    <name>patient_report.explanations</name>
    <message>
        <source>MuscleSeg is research software and not a medical device: this report is no diagnosis.</source>
        <translation>MuscleSeg ist Forschungssoftware und kein Medizinprodukt: Dieser Bericht ist keine Diagnose.</translation>
    </message>
    <message>
        <source>Volume: area in each slice times the distance of slices, of what was imaged of the muscle.</source>
        <translation>Volumen: Fläche in jeder Schicht mal Abstand der Schichten, von dem, was vom Muskel abgebildet ist.</translation>
    </message>
    <message>
        <source>Largest area: the largest cross section of all slices.</source>
        <translation>Größte Fläche: der größte Querschnitt aller Schichten.</translation>
    </message>
    <message>
        <source>FF: mean over the muscle's voxels of fat / (fat + water); a voxel counts by the share of it that the muscle fills. Contractile volume: volume times 1 − FF. Fat of the muscle's border is in the plain mean.</source>
        <translation>FF: Mittel von Fett / (Fett + Wasser) über die Voxel des Muskels; ein Voxel zählt mit dem Anteil, den der Muskel füllt. Kontraktiles Volumen: Volumen mal 1 − FF. Fett am Rand des Muskels geht in das einfache Mittel ein.</translation>
    </message>
    <message>
        <source>FF in the ranges of Mercuri's scale (below 30 %, 30 to 60 %, above 60 %) is no visual grade: the scale is judged by eye, its use as cut-offs of FF is not validated, and visual grades read higher than FF.</source>
        <translation>FF in den Bereichen der Mercuri-Skala (unter 30 %, 30 bis 60 %, über 60 %) ist kein visueller Grad: Die Skala wird mit dem Auge beurteilt, als Grenzwerte der FF ist sie nicht validiert, und visuelle Grade fallen höher aus als die FF.</translation>
    </message>
    <message>
        <source>MTR: (off − on) / off, lowered by fat, not corrected for B1.</source>
        <translation>MTR: (aus − an) / aus, durch Fett erniedrigt, nicht für B1 korrigiert.</translation>
    </message>
    <message>
        <source>T2: as the map has it; fat in the muscle prolongs it unless the map is one of water.</source>
        <translation>T2: wie in der Karte; Fett im Muskel verlängert sie, wenn die Karte nicht eine des Wassers ist.</translation>
    </message>
    <message>
        <source>Confidence: the Dice similarity coefficient that the network expects of its own outline, 0 to 1; it does not know of corrections, and is an estimate, made on digital people and few patients.</source>
        <translation>Konfidenz: der Dice-Koeffizient, den das Netz für seine eigene Kontur erwartet, 0 bis 1; sie weiß nichts von Korrekturen und ist eine Schätzung, an digitalen Personen und wenigen Patienten gewonnen.</translation>
    </message>
    <message>
        <source>Limits: outlines come from a network or a person and err more in fatty muscles; muscles that the field of view cuts are measured in part, and their side difference is one of parts; no normal values of single muscles are published.</source>
        <translation>Grenzen: Konturen stammen von einem Netz oder einer Person und irren in fettreichen Muskeln mehr; vom Bildfeld angeschnittene Muskeln sind nur zum Teil gemessen, ihre Seitendifferenz ist eine von Teilen; Normalwerte einzelner Muskeln sind nicht veröffentlicht.</translation>
    </message>
    <message>
        <source>minimum share</source>
        <translation>Mindestanteil</translation>
    </message>
    <message>
        <source>slice thickness</source>
        <translation>Schichtdicke</translation>
    </message>
    <message>
        <source>SHA-256 of the network</source>
        <translation>SHA-256 des Netzes</translation>
    </message>
    <message>
        <source>SHA-256 of the labels</source>
        <translation>SHA-256 der Labels</translation>
    </message>
    <message>
        <source>How the numbers were made, and limits</source>
        <translation>Wie die Zahlen entstanden, und ihre Grenzen</translation>
    </message>
    <message>
        <source>unit of {map}</source>
        <translation>Einheit von {map}</translation>
    </message>
    <message>
        <source>Settings: {settings}.</source>
        <translation>Einstellungen: {settings}.</translation>
    </message>
</context>
<context>
    <name>patient_report.facts</name>
    <message>
        <source>Anonymous report</source>
        <translation>Anonymer Bericht</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>Geschlecht</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>Alter</translation>
    </message>
    <message>
        <source>Sequence</source>
        <translation>Sequenz</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Region</source>
        <translation>Region</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Correction</source>
        <translation>Korrektur</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>unknown whether a person corrected the muscles</source>
        <translation>unbekannt, ob jemand die Muskeln korrigiert hat</translation>
    </message>
    <message>
        <source>none: muscles as the network drew them</source>
        <translation>keine: Muskeln, wie das Netz sie gezeichnet hat</translation>
    </message>
    <message>
        <source>by a person</source>
        <translation>durch eine Person</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>Patient/in</translation>
    </message>
    <message>
        <source>Patient ID</source>
        <translation>Patienten-ID</translation>
    </message>
    <message>
        <source>Date of birth</source>
        <translation>Geburtsdatum</translation>
    </message>
    <message>
        <source>Scan date</source>
        <translation>Untersuchungsdatum</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>Untersuchung</translation>
    </message>
    <message>
        <source>{years} years</source>
        <translation>{years} Jahre</translation>
    </message>
    <message>
        <source>left out (anonymous report)</source>
        <translation>weggelassen (anonymer Bericht)</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>unbekannt</translation>
    </message>
    <message>
        <source>by {person}</source>
        <translation>durch {person}</translation>
    </message>
    <message>
        <source>{years} years or older</source>
        <translation>{years} Jahre oder älter</translation>
    </message>
</context>
<context>
    <name>patient_report.muscle_table</name>
    <message>
        <source>R, L: right and left of the patient. R−L is the side difference: of FF and MTR in percentage points, of T2 in ms, of volumes and areas in percent of the mean of both sides. Of groups, FF, MTR and T2 are means by volume, and volumes are sums.</source>
        <translation>R, L: rechts und links der Person. R−L ist die Seitendifferenz: von FF und MTR in Prozentpunkten, von T2 in ms, von Volumina und Flächen in Prozent des Mittels beider Seiten. Bei Gruppen sind FF, MTR und T2 nach Volumen gemittelt und Volumina summiert.</translation>
    </message>
    <message>
        <source>R−L, %</source>
        <translation>R−L, %</translation>
    </message>
    <message>
        <source>R−L</source>
        <translation>R−L</translation>
    </message>
    <message>
        <source>Muscles</source>
        <translation>Muskeln</translation>
    </message>
    <message>
        <source>Muscle</source>
        <translation>Muskel</translation>
    </message>
    <message>
        <source>other</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Hinweise</translation>
    </message>
    <message>
        <source>All muscles:</source>
        <translation>Alle Muskeln:</translation>
    </message>
    <message>
        <source>FF in Mercuri's ranges (%)</source>
        <translation>FF in Mercuris Bereichen (%)</translation>
    </message>
</context>
<context>
    <name>patient_report.norms</name>
    <message>
        <source>Context, no threshold: in {people} of the UK Biobank, intramuscular fat of the thighs was {young_fat} % at 45 to 54 and {old_fat} % at 75 to 84 years, and fat-free muscle of both thighs {young_lean} L and {old_lean} L (mean ± SD; 10.1007/s11357-024-01304-y), by another segmentation. Here, ten muscles of each side: {fat} % and {lean} L.</source>
        <translation>Zum Vergleich, kein Grenzwert: Bei {people} der UK Biobank betrug das Fett in den Oberschenkelmuskeln {young_fat} % mit 45 bis 54 und {old_fat} % mit 75 bis 84 Jahren, der fettfreie Muskel beider Oberschenkel {young_lean} L und {old_lean} L (Mittel ± SD; 10.1007/s11357-024-01304-y), mit anderer Segmentierung. Hier, zehn Muskeln je Seite: {fat} % und {lean} L.</translation>
    </message>
    <message>
        <source>women</source>
        <translation>Frauen</translation>
    </message>
    <message>
        <source>men</source>
        <translation>Männern</translation>
    </message>
    <message>
        <source>Published norms of whole thighs do not apply: the scan does not show all of every muscle.</source>
        <translation>Veröffentlichte Normwerte ganzer Oberschenkel gelten hier nicht: Die Aufnahme zeigt nicht jeden Muskel ganz.</translation>
    </message>
    <message>
        <source>Published norms of whole thighs are of women and men of 45 to 84 years: none is given here.</source>
        <translation>Veröffentlichte Normwerte ganzer Oberschenkel gibt es für Frauen und Männer von 45 bis 84 Jahren: Hier wird keiner genannt.</translation>
    </message>
</context>
<context>
    <name>patient_report.notes</name>
    <message>
        <source>Not in the labels.</source>
        <translation>Nicht in den Labels.</translation>
    </message>
    <message>
        <source>{letter}: {sentence} ({muscles})</source>
        <translation>{letter}: {sentence} ({muscles})</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
</context>
<context>
    <name>patient_report.outlined_slices</name>
    <message>
        <source>Outlines on the scan that was given.</source>
        <translation>Konturen auf der vorgelegten Aufnahme.</translation>
    </message>
    <message>
        <source>The right of the patient is on the left, front is up; positions are along the axis towards the head.</source>
        <translation>Rechts der Person ist links im Bild, vorn ist oben; Positionen entlang der Achse zum Kopf.</translation>
    </message>
    <message>
        <source>Outlines; no scan was given to draw them on.</source>
        <translation>Konturen; es lag keine Aufnahme vor, um sie darauf zu zeichnen.</translation>
    </message>
    <message>
        <source>Outlines on the fat fraction map: no scan was given to draw them on.</source>
        <translation>Konturen auf der Fettfraktionskarte: Es lag keine Aufnahme vor, um sie darauf zu zeichnen.</translation>
    </message>
    <message>
        <source>slice {number}, {position} mm</source>
        <translation>Schicht {number}, {position} mm</translation>
    </message>
</context>
<context>
    <name>patient_report.pdf_pages</name>
    <message>
        <source>A report as PDF needs the Python package reportlab: install it, or choose a name with .html.</source>
        <translation>Ein Bericht als PDF braucht das Python-Paket reportlab: Installieren Sie es, oder wählen Sie einen Namen mit .html.</translation>
    </message>
</context>
<context>
    <name>patient_report.profile_picture</name>
    <message>
        <source>Fat fraction (%)</source>
        <translation>Fettfraktion (%)</translation>
    </message>
    <message>
        <source>Area (cm²)</source>
        <translation>Fläche (cm²)</translation>
    </message>
    <message>
        <source>Mean of each muscle in each slice along the limb.</source>
        <translation>Mittel jedes Muskels in jeder Schicht entlang des Beins.</translation>
    </message>
    <message>
        <source>Cross section of each muscle in each slice along the limb.</source>
        <translation>Querschnitt jedes Muskels in jeder Schicht entlang des Beins.</translation>
    </message>
    <message>
        <source>Position, lower to upper end of the scan (%)</source>
        <translation>Position, vom unteren zum oberen Ende der Aufnahme (%)</translation>
    </message>
</context>
<context>
    <name>patient_report.reference_scores</name>
    <message>
        <source>Reference values need the age of the patient, which no header tells: give it (--age).</source>
        <translation>Referenzwerte brauchen das Alter, das kein Header nennt: Geben Sie es an (--age).</translation>
    </message>
    <message>
        <source>Reference values need the sex of the patient, which no header tells: give it (--sex).</source>
        <translation>Referenzwerte brauchen das Geschlecht, das kein Header nennt: Geben Sie es an (--sex).</translation>
    </message>
</context>
<context>
    <name>patient_report.reference_section</name>
    <message>
        <source>Reference values are those that were given for this report, of the patient's sex and age. z is the number less their mean, in their standard deviations; in brackets the percentile, if values are distributed normally.</source>
        <translation>Referenzwerte sind die für diesen Bericht vorgelegten, für Geschlecht und Alter der Person. z ist die Zahl minus deren Mittel, in deren Standardabweichungen; in Klammern das Perzentil, wenn die Werte normalverteilt sind.</translation>
    </message>
    <message>
        <source>Muscles are cut off by the field of view: scores of their volumes and areas hold only if the reference values are of the same part of the muscles.</source>
        <translation>Muskeln sind vom Bildfeld angeschnitten: z-Werte ihrer Volumina und Flächen gelten nur, wenn die Referenzwerte denselben Teil der Muskeln betreffen.</translation>
    </message>
    <message>
        <source>Against reference values</source>
        <translation>Gegen Referenzwerte</translation>
    </message>
    <message>
        <source>None of the reference values that were given is for these muscles in a person of this sex and age.</source>
        <translation>Keiner der vorgelegten Referenzwerte gilt für diese Muskeln bei diesem Geschlecht und Alter.</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>Muscle</source>
        <translation>Muskel</translation>
    </message>
</context>
<context>
    <name>patient_report.words</name>
    <message>
        <source>R</source>
        <translation>R</translation>
    </message>
    <message>
        <source>L</source>
        <translation>L</translation>
    </message>
    <message>
        <source>value</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>female</source>
        <translation>weiblich</translation>
    </message>
    <message>
        <source>male</source>
        <translation>männlich</translation>
    </message>
    <message>
        <source>other</source>
        <translation>andere</translation>
    </message>
    <message>
        <source>FF (%)</source>
        <translation>FF (%)</translation>
    </message>
    <message>
        <source>Volume (cm³)</source>
        <translation>Volumen (cm³)</translation>
    </message>
    <message>
        <source>Contractile volume (cm³)</source>
        <translation>Kontraktiles Volumen (cm³)</translation>
    </message>
    <message>
        <source>Largest area (cm²)</source>
        <translation>Größte Fläche (cm²)</translation>
    </message>
    <message>
        <source>MTR (%)</source>
        <translation>MTR (%)</translation>
    </message>
    <message>
        <source>T2 (ms)</source>
        <translation>T2 (ms)</translation>
    </message>
    <message>
        <source>Confidence (DSC)</source>
        <translation>Konfidenz (DSC)</translation>
    </message>
    <message>
        <source>Quadriceps</source>
        <translation>Quadrizeps</translation>
    </message>
    <message>
        <source>Hamstrings</source>
        <translation>Ischiokrurale Muskeln</translation>
    </message>
    <message>
        <source>Medial thigh</source>
        <translation>Mediale Oberschenkelmuskeln</translation>
    </message>
    <message>
        <source>Whole thigh</source>
        <translation>Ganzer Oberschenkel</translation>
    </message>
    <message>
        <source>Anterior calf</source>
        <translation>Vordere Wadenmuskeln</translation>
    </message>
    <message>
        <source>Lateral calf</source>
        <translation>Seitliche Wadenmuskeln</translation>
    </message>
    <message>
        <source>Posterior calf</source>
        <translation>Hintere Wadenmuskeln</translation>
    </message>
    <message>
        <source>Whole calf</source>
        <translation>Ganzer Unterschenkel</translation>
    </message>
</context>
<context>
    <name>patient_report.writing</name>
    <message>
        <source>This PDF cannot show some letters, which stand as {box} (in: {places}). The report as HTML shows them.</source>
        <translation>Dieses PDF kann einige Buchstaben nicht zeigen, für die {box} steht (in: {places}). Der Bericht als HTML zeigt sie.</translation>
    </message>
    <message>
        <source>This PDF is in English, since it cannot show the letters of your language: a report as HTML does.</source>
        <translation>Dieses PDF ist auf Englisch, weil es die Buchstaben Ihrer Sprache nicht zeigen kann: Ein Bericht als HTML zeigt sie.</translation>
    </message>
</context>
</TS>
